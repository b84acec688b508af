#!/usr/bin/env python3
"""Checks every count and digest of a backup document, version 1, in its own layout, plain or gzip.

It shares nothing with the program that writes documents: docs/format.md is all it was made from.
"""
import gzip
import hashlib
import json
import sys


def to_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def check(path):
    with open(path, "rb") as file:
        opened = gzip.open if file.read(2) == b"\x1f\x8b" else open
    whole, before, part, name, members, models = hashlib.sha256(), "", None, "", {}, {}
    lists = {"schema": [], "sequences": []}
    with opened(path, "rb") as file:
        for line in file:
            if part is None and line.startswith(b'"sha256":'):
                before = whole.hexdigest()
            whole.update(line)
            text = line.rstrip(b",\n")
            if part is None and text in (b'"schema":[', b'"sequences":[', b'"models":{'):
                part = json.loads(text[:-2])
            elif part in lists and text != b"]":
                lists[part].append(text)
            elif part == "models" and text.endswith(b":["):
                name = json.loads(text[:-2])
                models[name] = [0, hashlib.sha256()]
            elif part == "models" and text.startswith(b"{"):
                models[name][0] += 1
                models[name][1].update(text + b"\n")
            elif text in (b"{", b"}", b"]"):
                part = part if part == "models" and text == b"]" else None
            else:
                members.update(json.loads(b"{" + text + b"}"))
    found = {name: [name, count, sha.hexdigest()] for name, (count, sha) in models.items()}
    stated = {n: [n, m["records"], m["sha256"]] for n, m in members["summary"]["models"].items()}
    objects = [(json.loads(line), line) for line in lists["schema"]]
    statistics = [o for o, _ in objects if o["type"] == "table" and o["name"].lower().startswith("sqlite_stat")]
    facts = {k: v for k, v in members["database"].items() if k in ("encoding", "user_version", "application_id")}
    content = [b"octavo-content-1", to_json(facts)]
    content += [line for o, line in objects if o not in statistics] + lists["sequences"]
    hidden = [o["model"] for o in statistics]
    content += [to_json(found[n]) for n in sorted(found, key=str.encode) if n not in hidden]
    content_sha256 = hashlib.sha256(b"".join(line + b"\n" for line in content)).hexdigest()
    return {
        "models": found == stated,
        "records": sum(count for count, _ in models.values()) == members["summary"]["records"],
        "content_sha256": content_sha256 == members["content_sha256"],
        "sha256": before == members["sha256"],
    }


if __name__ == "__main__":
    wrong = False
    for path in sys.argv[1:]:
        results = check(path)
        bad = [name for name, good in results.items() if not good]
        print(f"{path}: {'altered: ' + ', '.join(bad) if bad else 'good'}")
        wrong = wrong or bool(bad)
    sys.exit(1 if wrong else 0)
