# shellcheck shell=bash
# An instance is a data folder with what runs on it. Its service carries RUN_DATA_DIR in its environment: that mark, not
# a remembered number, tells which process belongs to which folder.

# instance_layout <folder>
instance_layout() {
    data=$1
    run_folder=$data/run
    log_folder=$data/log
    postgres_data=$data/postgres
    # shellcheck disable=SC2034 # not every script looks into it
    service_log=$log_folder/greenroom.log
    postgres_log=$log_folder/postgres.log
    pid_file=$run_folder/greenroom.pid
    script_pid_file=$run_folder/run.pid
    lock_file=$run_folder/lock
}

make_instance_folders() {
    (umask 022 && mkdir -p "$data" "$run_folder" "$log_folder") 2>/dev/null ||
        fail "$data cannot be made or written by $(id -un): choose another folder with --data"
    [[ -w $run_folder && -w $log_folder ]] ||
        fail "$data belongs to $(stat -c %U "$run_folder"), not to $(id -un): run as its owner or choose another --data"
}

# The lock is held on descriptor 9 until the script ends. Returns 1 when another script holds it.
lock_instance() {
    exec 9>>"$lock_file"
    flock -n 9
}

# marked_pids <variable>: the processes started with this folder as the variable's value.
marked_pids() {
    { grep -lszxF "$1=$data" /proc/[0-9]*/environ 2>/dev/null || true; } | cut -d/ -f3
}

service_pids() { marked_pids RUN_DATA_DIR; }

# service_setting <pid> <name>: a variable of the running service's environment.
service_setting() {
    tr '\0' '\n' <"/proc/$1/environ" | sed -n "s/^$2=//p" | head -1
}

# wait_until_gone <function that lists pids> <seconds>: returns 1 when some are left.
wait_until_gone() {
    local tenths
    for ((tenths = 0; tenths < $2 * 10; tenths++)); do
        [[ -n $("$1") ]] || return 0
        sleep 0.1
    done
    [[ -z $("$1") ]]
}

# Sends a signal to processes that may be gone already.
signal_all() {
    local name=$1 pid
    shift
    for pid in "$@"; do
        kill -s "$name" "$pid" 2>/dev/null || true
    done
}

# Asks the service to drain and end; ends it by force after 25 seconds. Whoever shows its log ends with it.
stop_service() {
    local pids
    mapfile -t pids < <(service_pids)
    if ((${#pids[@]})); then
        signal_all TERM "${pids[@]}"
        if ! wait_until_gone service_pids 25; then
            note "the service (process ${pids[*]}) did not end within 25 s: ending it by force"
            mapfile -t pids < <(service_pids)
            signal_all KILL "${pids[@]}"
            wait_until_gone service_pids 5 || fail "process $(service_pids | xargs) cannot be ended"
        fi
    fi
    mapfile -t pids < <(marked_pids RUN_LOG_OF)
    signal_all TERM "${pids[@]}"
    rm -f "$pid_file"
}

is_ready() {
    curl --noproxy '*' -fsS -o /dev/null --max-time 2 "$1/health/ready" 2>/dev/null
}

# Whether a process lives; one that has ended and was not waited for does not.
is_alive() { grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }

# wait_until_ready <pid> <url> <seconds>: returns 1 when the process ended, 2 when the time is over.
wait_until_ready() {
    local deadline=$((SECONDS + $3))
    while ! is_ready "$2"; do
        is_alive "$1" || return 1
        ((SECONDS < deadline)) || return 2
        sleep 0.1
    done
}

# A log that has grown beyond 100 MB is set aside; one older log is kept.
rotate_log() {
    local bytes_max=$((100 * 1024 * 1024))
    if [[ -e $1 && $(stat -c %s "$1") -gt $bytes_max ]]; then
        mv -f "$1" "$1.1"
    fi
}

# has_free_space <folder> <megabytes>: looks at the nearest folder that exists.
has_free_space() {
    local folder=$1
    while [[ ! -e $folder ]]; do folder=$(dirname "$folder"); done
    free_megabytes=$(df -Pm -- "$folder" | awk 'NR == 2 { print $4 }')
    ((free_megabytes >= $2))
}

# port_problem <host> <port>: prints why the port cannot be bound; nothing when it can.
port_problem() {
    if command -v python3 >/dev/null; then
        python3 - "$1" "$2" <<'PYTHON'
import errno, socket, sys
host, port = sys.argv[1], int(sys.argv[2])
try:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)
        trial.listen(1)
except OSError as error:
    if error.errno == errno.EADDRINUSE:
        print("is in use by another program: choose another with --port or stop that program")
    elif error.errno == errno.EACCES:
        print("is reserved for the administrator: choose one from 1024 to 65535 with --port")
    else:
        print(f"cannot be opened on {host}: {error}")
PYTHON
    elif (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
        printf 'is in use by another program: choose another with --port or stop that program\n'
    fi
}

# make_secret <file> <prefix> <random bytes>: once, readable by its owner only.
make_secret() {
    [[ ! -s $1 ]] || return 0
    (
        umask 077
        printf '%s%s\n' "$2" "$(od -An -N"$3" -tx1 /dev/urandom | tr -d ' \n')" >"$1.part"
        mv "$1.part" "$1"
    )
}
