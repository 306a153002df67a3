package dev.nudge.gates;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Serializable;

/// Classes that name `Serializable` themselves; enums and exceptions inherit it and cannot help it.
final class DeclareSerializable extends ArchCondition<JavaClass> {
    DeclareSerializable() {
        super("declare Serializable");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        boolean declares =
                type.getRawInterfaces().stream().anyMatch(parent -> parent.isEquivalentTo(Serializable.class));
        events.add(new SimpleConditionEvent(type, declares, type.getName() + " implements Serializable"));
    }
}
