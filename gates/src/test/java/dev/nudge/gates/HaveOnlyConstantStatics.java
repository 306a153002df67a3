package dev.nudge.gates;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.AbstractCollection;
import java.util.AbstractMap;

/// Static fields are final and not of a type that exists to change. The contents of a static array cannot be judged
/// from outside: reviewers look at those.
final class HaveOnlyConstantStatics extends ArchCondition<JavaClass> {
    HaveOnlyConstantStatics() {
        super("have only constant static fields");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaField field : type.getFields()) {
            if (field.getModifiers().contains(JavaModifier.STATIC)) {
                boolean constant = field.getModifiers().contains(JavaModifier.FINAL) && !mutable(field.getRawType());
                events.add(new SimpleConditionEvent(type, constant, field.getFullName() + " is static and can change"));
            }
        }
    }

    private static boolean mutable(JavaClass type) {
        return type.getPackageName().equals("java.util.concurrent.atomic")
                || type.isAssignableTo(ThreadLocal.class)
                || type.isAssignableTo(AbstractMap.class)
                || type.isAssignableTo(AbstractCollection.class)
                || type.isAssignableTo(StringBuilder.class)
                || type.isAssignableTo(java.util.Random.class);
    }
}
