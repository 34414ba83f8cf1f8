#!/usr/bin/env -S python3 -B
"""Holds recorded lines against a profile, as tests/recordings.rs does.

usage: compare.py FILE.jsonl[.gz] [PROFILE]      (the profile is the file's name where none is given)
"""
import collections
import gzip
import json
import os
import subprocess
import sys

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STORABLE = os.environ.get('STORABLE', 'cargo run --quiet --release -p storable-cli --').split()
POLL = 0.5                  # short lifetimes were polled twice a second and can be a poll off

Disagreement = collections.namedtuple('Disagreement', 'id question observed judged rule')


class NoSuchProfile(Exception):
    pass


def decide(lines, profile):
    """The verdicts on the lines, in their order."""
    text = ''.join(json.dumps(line) + '\n' for line in lines)
    run = subprocess.run([*STORABLE, 'decide', '--profile', profile], input=text, capture_output=True, text=True, cwd=REPOSITORY)
    if run.returncode == 2:                 # clap refuses the arguments
        raise NoSuchProfile(profile)
    if run.returncode != 0:
        raise RuntimeError(f'decide: {run.stderr[-2000:]}{run.stdout[-2000:] if len(run.stdout) < 2000 else ""}')
    return [json.loads(line) for line in run.stdout.splitlines()]


def disagreements(lines, profile):
    """The number of observations, and those that the profile does not agree with."""
    observations, found = 0, []
    for line, verdict in zip(lines, decide(lines, profile), strict=True):
        for question, observed in line['observed'].items():
            observations += 1
            judged = verdict[question]
            agrees = is_within(judged, observed) if question == 'fresh_for' else judged == observed
            if not agrees:
                found.append(Disagreement(line['id'], question, str(observed), str(judged), verdict['rule']))
    return observations, found


def is_within(seconds, bracket):
    hit, ended = bracket
    return isinstance(seconds, (int, float)) and hit - POLL <= seconds and (ended is None or seconds <= ended + POLL)


def known(profile):
    """What tests/recordings/known-disagreements.json excuses, as (id, question)."""
    with open(os.path.join(REPOSITORY, 'tests', 'recordings', 'known-disagreements.json')) as f:
        return {(one['id'], one['question']) for one in json.load(f) if one['profile'] == profile}


def describe(line):
    """An exchange on one line, as a person would write it."""
    asked, answered = line['request'], line['response']
    own = [f'{name}: {value}' for name, value in asked['headers'] if name not in ('Host', 'User-Agent', 'Accept', 'Accept-Encoding')]
    version = ' (HTTP/1.0)' if answered.get('version') == '1.0' else ''
    headers = [f'{name}: {value}' for name, value in answered['headers'] if name not in ('Content-Type', 'Content-Length')]
    path = asked['url'].removeprefix('http://oracle.test')
    return f'{asked["method"]} {path} [{"; ".join(own)}] -> {answered["status"]}{version} [{"; ".join(headers)}]'


def main():
    path = sys.argv[1]
    profile = sys.argv[2] if len(sys.argv) > 2 else os.path.basename(path).split('.jsonl')[0]
    opener = gzip.open if path.endswith('.gz') else open
    with opener(path, 'rt') as f:
        lines = [json.loads(line) for line in f]
    observations, found = disagreements(lines, profile)
    found = [one for one in found if one[:2] not in known(profile)]
    by_id = {line['id']: line for line in lines}
    for one in found:
        line = by_id[one.id]
        print(f'{one.id} {line["tags"]} {one.question}: observed {one.observed}, judged {one.judged} ({one.rule})')
        print(f'    {describe(line)}')
    print(f'{profile}: {observations} observations, {len(found)} disagreements')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
