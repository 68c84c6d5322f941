# Sourced by "run" and "test": sets $python to a Python >= 3.11, installing one where it can.
# POSIX sh, because a bare Debian or Ubuntu container has no Python at all.

new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        if new_enough "$candidate"; then
            python=$candidate
            return 0
        fi
    done
    return 1
}

# Sets $root to what runs a command as root. sudo only asks for a password where somebody can answer.
find_root() {
    if [ "$(id -u)" -eq 0 ]; then
        root=env
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        root="sudo -n env"
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        root="sudo env"
    else
        return 1
    fi
}

# Silent unless it fails: debconf has remarks on every package of a bare container.
apt() {
    report=$($root DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null 2>&1) && return 0
    printf '%s\n' "$report" >&2
    return 1
}

apt_install() {
    apt install -y -qq --no-install-recommends "$@"
}

# Ubuntu 22.04 calls 3.10 "python3" and has 3.11 beside it.
install_python() {
    command -v apt-get >/dev/null 2>&1 && find_root || return 1
    echo "Installing Python ..." >&2
    apt update -qq || echo "Going on with the package lists that are here." >&2
    apt_install python3 python3-venv && find_python && return 0
    for version in 3.14 3.13 3.12 3.11; do
        if apt-cache show "python$version-venv" >/dev/null 2>&1; then
            apt_install "python$version" "python$version-venv" && find_python && return 0
        fi
    done
    return 1
}

if ! find_python && ! install_python; then
    echo "GMM Viewer needs Python 3.11 or newer, and none was found. On Debian or Ubuntu install it with" >&2
    echo "    sudo apt-get update && sudo apt-get install -y python3 python3-venv" >&2
    echo "(python3.11 python3.11-venv on Ubuntu 22.04); elsewhere from python.org. Then run this again." >&2
    exit 1
fi
