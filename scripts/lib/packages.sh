# shellcheck shell=bash
# What the operating system must have. Presence is read from files and commands, so that a machine that has everything
# never calls apt and works without a network.

# The folders that hold a PostgreSQL server's programs, newest first.
postgres_folders() {
    local folder
    {
        for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
            [[ -x $folder/postgres && -x $folder/initdb ]] && printf '%s\n' "$folder"
        done
        if command -v pg_config >/dev/null; then
            folder=$(pg_config --bindir)
            [[ -x $folder/postgres && -x $folder/initdb ]] && printf '%s\n' "$folder"
        fi
        true
    } | sort -Vru
}

# has_library <pkg-config name> <header>
has_library() {
    if command -v pkg-config >/dev/null; then
        pkg-config --exists "$1"
    else
        [[ -e /usr/include/$2 ]]
    fi
}

has_package() {
    case $1 in
        postgresql) [[ -n $(postgres_folders) ]] ;;
        redis-server) command -v redis-server >/dev/null ;;
        libpq-dev) has_library libpq postgresql/libpq-fe.h ;;
        libargon2-dev) has_library libargon2 argon2.h ;;
        zlib1g-dev) has_library zlib zlib.h ;;
        libfaketime) compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null ;;
        pkg-config) command -v pkg-config >/dev/null ;;
        python3-pip) python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("pip") is None)' 2>/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# require_packages <log> <package>...: installs what is missing, and nothing else.
require_packages() {
    local log=$1 package
    shift
    local missing=()
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local list="${missing[*]}"
    local as_root=()
    command -v apt-get >/dev/null || fail "missing: $list; this system has no apt-get: install them with its own package tool"
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || fail "missing: $list; ask the administrator to run: apt-get install $list"
        as_root=(sudo -n)
    fi
    step "Installing $list"
    keep_services_quiet
    if [[ " $list " == *" postgresql "* ]]; then
        install_packages "$log" postgresql-common
        prevent_system_cluster
    fi
    install_packages "$log" "${missing[@]}"
    allow_services
    for package in "${missing[@]}"; do
        has_package "$package" || fail "apt-get installed $package, yet it cannot be found: see $log"
    done
}

# The package lists are fetched only when apt cannot install with those it has.
install_packages() {
    local log=$1
    shift
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get
        -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold -q -y)
    printf '# apt-get install %s\n' "$*" >>"$log"
    run_child "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 && return 0
    local mark
    mark=$(wc -c <"$log")
    if run_child "${apt[@]}" update >>"$log" 2>&1 &&
        run_child "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1; then
        return 0
    fi
    allow_services
    if tail -c "+$((mark + 1))" "$log" | grep -qE 'resolv|Could not connect|Failed to fetch|Unable to fetch|timed out'; then
        fail "no network to the package mirror, and $* is missing: connect the machine or install by hand (see $log)"
    fi
    show_tail "$log" 8
    fail "apt-get could not install $*: see $log"
}

# A server package must not start a system service on this machine: Greenroom starts its own, on a socket.
quiet_policy=
keep_services_quiet() {
    [[ -e /usr/sbin/policy-rc.d ]] && return 0
    quiet_policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\n# No service starts while scripts/run installs packages; removed when it is done.\nexit 101\n' |
        "${as_root[@]}" tee "$quiet_policy" >/dev/null
    "${as_root[@]}" chmod 0755 "$quiet_policy"
}

allow_services() {
    [[ -n $quiet_policy ]] || return 0
    if ((EUID == 0)); then rm -f "$quiet_policy"; else sudo -n rm -f "$quiet_policy"; fi
    quiet_policy=
}

# Debian makes and enables a cluster when its server package is installed; this setting keeps it from doing so.
prevent_system_cluster() {
    local settings=/etc/postgresql-common/createcluster.conf
    "${as_root[@]}" mkdir -p "${settings%/*}"
    if [[ -e $settings ]]; then
        "${as_root[@]}" sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' "$settings"
    fi
    if ! grep -qs '^create_main_cluster = false' "$settings"; then
        printf 'create_main_cluster = false\n' | "${as_root[@]}" tee -a "$settings" >/dev/null
    fi
}
