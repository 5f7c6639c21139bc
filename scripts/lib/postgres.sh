# shellcheck shell=bash
# The private PostgreSQL of an instance: its own data folder, reachable by a socket only, by its owner and root only.

postgres_port=5432
postgres_major_min=15

# PostgreSQL refuses to run as root: then its programs run as the system user postgres.
as_postgres() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups --reset-env \
            env PATH="$PATH" LC_ALL=C.UTF-8 "$@" 9>&-)
    else
        LC_ALL=C.UTF-8 "$@" 9>&-
    fi
}

postgres_owner() { if ((EUID == 0)); then echo postgres; else id -un; fi; }

# Makes a folder that only the server's user enters.
make_postgres_folder() {
    if ((EUID == 0)); then
        install -d -m 0700 -o postgres -g postgres "$1"
    else
        install -d -m 0700 "$1"
    fi
}

postgres_major() { "$1/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# Sets postgres_bin: the programs of the data folder's own version, or the newest for a new folder.
choose_postgres() {
    local folder major wanted='' found=()
    if [[ -e $postgres_data ]]; then
        [[ $(stat -c %U "$postgres_data") == "$(postgres_owner)" ]] ||
            fail "$postgres_data belongs to $(stat -c %U "$postgres_data"), expected $(postgres_owner): run as the user who made it"
        wanted=$(as_postgres cat "$postgres_data/PG_VERSION" 2>/dev/null) ||
            fail "$postgres_data is not a PostgreSQL data folder: move it away or choose another --data"
    fi
    while read -r folder; do
        major=$(postgres_major "$folder")
        found+=("$major")
        if ((major >= postgres_major_min)) && [[ -z $wanted || $major == "$wanted" ]]; then
            postgres_bin=$folder
            return 0
        fi
    done < <(postgres_folders)
    ((${#found[@]})) || fail "PostgreSQL is missing: install the package postgresql"
    [[ -z $wanted ]] ||
        fail "$postgres_data was made by PostgreSQL $wanted, installed is ${found[*]}: install postgresql-$wanted or choose another --data"
    fail "PostgreSQL ${found[*]} is too old, at least $postgres_major_min is needed: install a newer postgresql"
}

# As root every folder above must let the system user postgres pass.
require_passable() {
    ((EUID == 0)) || return 0
    local blocked
    blocked=$(as_postgres sh -c 'path=$1 blocked=
        while [ "$path" != / ]; do [ -x "$path" ] || blocked=$path; path=$(dirname "$path"); done
        printf %s "$blocked"' sh "$data")
    [[ -z $blocked ]] ||
        fail "$blocked cannot be entered by the user postgres, who runs the database for root: chmod o+x '$blocked' or choose another --data"
}

# Sets socket_folder. A socket's path holds 107 bytes: below a deep data folder a short one in /tmp stands in.
choose_socket_folder() {
    local remembered=$run_folder/socket-folder bytes
    socket_folder=$run_folder/sql
    bytes=$(printf '%s' "$socket_folder/.s.PGSQL.$postgres_port" | wc -c)
    if ((bytes <= 107)); then
        rm -f "$remembered"
        make_postgres_folder "$socket_folder"
        return 0
    fi
    if [[ -s $remembered ]]; then
        socket_folder=$(<"$remembered")
        if [[ -d $socket_folder && ! -L $socket_folder && $(stat -c %U:%a "$socket_folder") == "$(postgres_owner):700" ]]; then
            return 0
        fi
    fi
    socket_folder=$(mktemp -d /tmp/greenroom-XXXXXX)
    make_postgres_folder "$socket_folder"
    printf '%s\n' "$socket_folder" >"$remembered"
}

# A cluster appears under its name only when it is complete.
create_cluster() {
    local draft=$postgres_data.new log=$log_folder/initdb.log
    rm -rf "$draft"
    make_postgres_folder "$draft"
    as_postgres "$postgres_bin/initdb" -D "$draft" -U postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
        --auth-local=trust --auth-host=reject >"$log" 2>&1 </dev/null || {
        show_tail "$log"
        fail "the database could not be created in $postgres_data: see $log"
    }
    as_postgres sh -c 'printf "\ninclude '\''greenroom.conf'\''\n" >>"$1/postgresql.conf"' sh "$draft"
    mv "$draft" "$postgres_data"
}

# Written at every start, because the data folder may have moved.
write_cluster_settings() {
    as_postgres sh -c 'cat >"$1/greenroom.conf"' sh "$postgres_data" <<CONF
# Written by scripts/run at every start: put settings of your own into postgresql.conf, above its last line.
listen_addresses = ''
port = $postgres_port
unix_socket_directories = '${socket_folder//\'/\'\'}'
unix_socket_permissions = 0700
fsync = on
full_page_writes = on
cluster_name = 'greenroom'
logging_collector = off
log_destination = 'stderr'
CONF
}

# Every server process of this data folder; PostgreSQL works inside its data folder.
postgres_pids() {
    local process name
    for process in /proc/[0-9]*; do
        if [[ $process/cwd -ef $postgres_data ]]; then
            name=
            { read -r name <"$process/comm"; } 2>/dev/null || true
            [[ $name != postgres && $name != postmaster ]] || printf '%s\n' "${process##*/}"
        fi
    done
}

# The process that leads the others, when it lives.
postmaster_pid() {
    local pid=''
    { read -r pid <"$postgres_data/postmaster.pid"; } 2>/dev/null || true
    [[ -z $pid ]] || postgres_pids | grep -x "$pid" || true
}

postgres_answers() { "$postgres_bin/pg_isready" -q -t 3 -h "$socket_folder" -p "$postgres_port" 2>/dev/null; }

# PostgreSQL takes the number in its lock files for alive when a process of its user has got that number since, or when
# the dead server was never waited for. No server works in this data folder: such files only mislead.
remove_misleading_locks() {
    local pid=''
    [[ -z $(postgres_pids) ]] || return 0
    { read -r pid <"$postgres_data/postmaster.pid"; } 2>/dev/null || true
    if [[ $pid =~ ^[0-9]+$ && -d /proc/$pid ]]; then
        rm -f "$postgres_data/postmaster.pid"
    fi
    rm -f "$socket_folder/.s.PGSQL.$postgres_port" "$socket_folder/.s.PGSQL.$postgres_port.lock"
}

start_postgres() {
    local attempt
    if [[ -n $(postmaster_pid) ]]; then
        for ((attempt = 0; attempt < 50; attempt++)); do
            postgres_answers && return 0
            sleep 0.1
        done
        note "PostgreSQL runs but does not answer in $socket_folder: starting it anew"
        stop_postgres
    fi
    # After a kill its children need a moment to notice that they are orphans; until then it may not start.
    wait_until_gone postgres_pids 10 || stop_postgres
    remove_misleading_locks
    write_cluster_settings
    rotate_log "$postgres_log"
    touch "$postgres_log"
    ((EUID != 0)) || chown postgres:postgres "$postgres_log"
    as_postgres "$postgres_bin/pg_ctl" start -D "$postgres_data" -l "$postgres_log" -w -t 60 -s </dev/null >/dev/null 2>&1 || {
        show_tail "$postgres_log" 8
        fail "PostgreSQL did not start: see $postgres_log"
    }
}

# The service's own login: no superuser, and row-level security holds for it.
ensure_database() {
    "$postgres_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$socket_folder" -p "$postgres_port" -U postgres -d postgres \
        >"$log_folder/database.log" 2>&1 9>&- -f - <<'SQL' || {
SELECT 'CREATE ROLE greenroom LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'greenroom') \gexec
SELECT 'CREATE DATABASE greenroom OWNER greenroom TEMPLATE template0'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'greenroom') \gexec
SQL
        show_tail "$log_folder/database.log"
        fail "the role and the database greenroom could not be made"
    }
}

# A URL as libpq reads it: the socket's folder stands percent-encoded in the query.
postgres_url() {
    local text=$socket_folder encoded='' byte index code
    local LC_ALL=C
    for ((index = 0; index < ${#text}; index++)); do
        byte=${text:index:1}
        case $byte in
            [a-zA-Z0-9/._~-]) encoded+=$byte ;;
            *)
                printf -v code '%d' "'$byte"
                printf -v code '%%%02X' $((code & 255))
                encoded+=$code
                ;;
        esac
    done
    printf 'postgresql://greenroom@/greenroom?host=%s' "$encoded"
}

# Ends the server: fast (sessions are cut, everything is written), then immediate, then by force.
stop_postgres() {
    local pid pids
    pid=$(postmaster_pid)
    if [[ -n $pid ]]; then
        signal_all INT "$pid"
        if ! wait_until_gone postmaster_pid 30; then
            note "PostgreSQL did not end within 30 s: ending it at once; its log replays at the next start"
            signal_all QUIT "$pid"
        fi
    fi
    if ! wait_until_gone postgres_pids 10; then
        mapfile -t pids < <(postgres_pids)
        signal_all KILL "${pids[@]}"
        wait_until_gone postgres_pids 5 || fail "process ${pids[*]} of PostgreSQL cannot be ended"
    fi
    local remembered=$run_folder/socket-folder folder
    if [[ -s $remembered ]]; then
        folder=$(<"$remembered")
        [[ $folder != /tmp/greenroom-* ]] || rm -rf -- "$folder"
        rm -f "$remembered"
    fi
}
