# shellcheck shell=bash
# The encoder's weights: fetched once a checkout, shared between the data folder and the tests.

# ensure_model <folder> [<folder that may have them already>]: fetch-model verifies whatever it finds in the folder.
ensure_model() {
    local folder=$1 other=${2:-}
    if [[ ! -e $folder && -n $other && -d $other ]]; then
        mkdir -p "${folder%/*}"
        cp -al "$other" "$folder.part" 2>/dev/null || { rm -rf "$folder.part" && cp -a "$other" "$folder.part"; }
        mv "$folder.part" "$folder"
    fi
    run_child "$repository/scripts/fetch-model" "$folder" || fail "the model's weights are not in $folder: see the lines above"
}
