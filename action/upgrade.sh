#!/usr/bin/env bash
# Compares each lock file that a change touches with what it was before, and says so in the forms that GitHub shows.
#
# ROLECALL            the command
# ROLECALL_BASE       the commit before the change; empty or zeros: there is none
# ROLECALL_LOCKS      pathspecs of the lock files, a line each; empty: every kind that is known
# ROLECALL_WORLD      a world's directory, for which calls flip and expectations hold; empty: none
# ROLECALL_REPORT     a file for the report; empty: none
# ROLECALL_FORMAT     its form: sarif, junit, json or text
# ROLECALL_FAIL       false: only what cannot be read fails
# GITHUB_STEP_SUMMARY where a step's summary is collected
set -euo pipefail

known=(
  poetry.lock uv.lock pdm.lock pylock.toml 'pylock.*.toml' Pipfile.lock '*requirements*.txt' 'requirements/*.txt'
  '*constraints*.txt' package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml go.mod Gemfile.lock composer.lock
  Cargo.lock packages.lock.json 'packages.*.lock.json' pom.xml '*.lockfile' .terraform.lock.hcl
  Dockerfile 'Dockerfile.*' '*.Dockerfile' '*.dockerfile' Containerfile
)

pathspecs=()
if [[ -n "${ROLECALL_LOCKS:-}" ]]; then
  while IFS= read -r line; do
    [[ -z "${line// /}" ]] || pathspecs+=("$line")
  done <<<"$ROLECALL_LOCKS"
else
  for name in "${known[@]}"; do
    pathspecs+=(":(glob)**/$name")
  done
fi

base="${ROLECALL_BASE:-}"
if [[ -z "${base//0/}" ]]; then
  echo "::notice title=rolecall::There is no commit before this one: no lock file to compare with."
  exit 0
fi
# A checkout of one commit does not have the one before.
git cat-file -e "$base^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$base"

before="$(mktemp -d)"
trap 'rm -rf "$before"' EXIT
pairs=()
while IFS= read -r -d '' path; do
  # A lock file that is new moves nobody.
  git cat-file -e "$base:$path" 2>/dev/null || continue
  mkdir -p "$before/$(dirname "$path")"
  git show "$base:$path" >"$before/$path"
  cmp --silent "$before/$path" "$path" || pairs+=(--lock "$before/$path" "$path")
done < <(git ls-files -z -- "${pathspecs[@]}")

world=()
[[ -z "${ROLECALL_WORLD:-}" ]] || world=(--world "$ROLECALL_WORLD")
failed=0

# What a verb finds is 1, which may be meant to pass; what it cannot read is 2, and never is.
tell() {
  local status=0
  "$ROLECALL" "$@" --format github || status=$?
  if [[ $status -le 1 ]]; then
    {
      echo '```'
      "$ROLECALL" "$@" || true
      echo '```'
    } >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  fi
  [[ $status -le failed ]] || failed=$status
}

if [[ ${#pairs[@]} -eq 0 ]]; then
  echo "No lock file changed."
else
  tell upgrade "${world[@]}" "${pairs[@]}"
  if [[ -n "${ROLECALL_REPORT:-}" && $failed -le 1 ]]; then
    "$ROLECALL" upgrade "${world[@]}" "${pairs[@]}" --format "${ROLECALL_FORMAT:-sarif}" >"$ROLECALL_REPORT" || true
  fi
fi
[[ ${#world[@]} -eq 0 ]] || tell check "${world[@]}"

if [[ $failed -eq 1 && "${ROLECALL_FAIL:-true}" == false ]]; then
  failed=0
fi
exit "$failed"
