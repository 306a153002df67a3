# Finds a JDK 25 or later and exports JAVA_HOME. Sourced by mvnw and nudge; POSIX sh.
#
# Looked at in this order: JAVA_HOME, java on the PATH, the folders where package managers and
# installers put JDKs. A folder counts as a JDK when it has bin/javac; its version is read from its
# "release" file, so no JVM is started to look for one.

NUDGE_JAVA=25

# Prints the feature version of the JDK in folder $1, or nothing when there is no JDK.
jdk_version() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
        if [ "$jdk_key" = JAVA_VERSION ]; then
            jdk_value=${jdk_value#\"}
            jdk_value=${jdk_value#1.} # Java 8 calls itself 1.8
            jdk_value=${jdk_value%%[!0-9]*}
            printf '%s' "$jdk_value"
            return 0
        fi
    done <"$1/release"
}

# Prints the folder of the JDK whose java is on the PATH: follows links up to the real bin/java.
jdk_on_path() {
    jdk_link=$(command -v java) || return 0
    jdk_hops=0
    while [ -h "$jdk_link" ] && [ "$jdk_hops" -lt 20 ]; do
        jdk_target=$(readlink "$jdk_link") || return 0
        case $jdk_target in
            /*) jdk_link=$jdk_target ;;
            *) jdk_link=${jdk_link%/*}/$jdk_target ;;
        esac
        jdk_hops=$((jdk_hops + 1))
    done
    (cd "${jdk_link%/*}/.." 2>/dev/null && pwd -P) || :
}

# Succeeds and exports JAVA_HOME when folder $1 is a JDK that is new enough; else notes what it was.
jdk_try() {
    jdk_found=$(jdk_version "$1")
    [ -n "$jdk_found" ] || return 1
    if [ "$jdk_found" -ge "$NUDGE_JAVA" ]; then
        JAVA_HOME=$1
        export JAVA_HOME
        return 0
    fi
    jdk_seen="$jdk_seen
  Java $jdk_found in $1"
    return 1
}

find_jdk() {
    jdk_seen=
    if [ -n "${JAVA_HOME:-}" ] && jdk_try "$JAVA_HOME"; then return 0; fi
    jdk_path_home=$(jdk_on_path)
    if [ -n "$jdk_path_home" ] && jdk_try "$jdk_path_home"; then return 0; fi
    # The exact version first, later ones only when there is none: what we test is what people run.
    for jdk_exact in yes no; do
        for jdk_folder in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/*/* /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
            /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
            "$HOME"/.jdks/*/Contents/Home "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
            [ "$jdk_exact" = no ] || [ "$(jdk_version "$jdk_folder")" = "$NUDGE_JAVA" ] || continue
            if jdk_try "$jdk_folder"; then return 0; fi
        done
    done
    jdk_missing
    return 2
}

jdk_missing() {
    {
        if [ -n "$jdk_seen" ]; then
            printf 'error[E013] Nudge needs a JDK %s or later and found only:%s\n' "$NUDGE_JAVA" \
                "$(printf '%s\n' "$jdk_seen" | awk 'NF && !seen[$0]++ { printf "\n%s", $0 }')"
        else
            printf 'error[E013] Nudge needs a JDK %s or later and found no JDK.\n' "$NUDGE_JAVA"
        fi
        printf '  Looked at: JAVA_HOME (%s), java on the PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks, /Library/Java.\n' \
            "${JAVA_HOME:-not set}"
        printf '  Get one from https://adoptium.net/temurin/releases/?version=%s or your package manager;\n' "$NUDGE_JAVA"
        printf '  if it lies elsewhere, point to it: export JAVA_HOME=/path/to/jdk-%s\n' "$NUDGE_JAVA"
    } >&2
}
