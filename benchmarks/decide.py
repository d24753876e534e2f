"""How long one decision takes with all shipped packs: a place, and a performer with everything said.

    python benchmarks/decide.py

prints milliseconds of CPU a decision (mean and worst of many), and the time to read and check all packs once.
"""

import gc
import time

from secondunit.policy.decide import decide
from secondunit.policy.rules import read_pack, shipped_packs
from secondunit.testing.tiny_rights import change_of, consent_of, held, performer, request_of, standing_of

RUNS = 300


def measured(work):
    """Mean and worst CPU time of ``work`` in ms."""
    spent = []
    gc.collect()
    for _ in range(RUNS):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return sum(spent) / RUNS, max(spent)


def main():
    start = time.process_time()
    packs = [read_pack(data, where=name) for name, data in shipped_packs().items()]
    print(f"reading {len(packs)} packs: {(time.process_time() - start) * 1000:.1f} ms")
    rules = sum(len(pack.rules) for pack in packs)
    crowd = tuple(change_of(person_id=f"p-{number:04d}") for number in range(10))
    cast = tuple(performer(person_id=one.person_id) for one in crowd)
    agreed = [held(consent_of(person_id=one.person_id, consent_id=f"{one.person_id}-age")) for one in crowd]
    for words, request, standing in (
        ("a place", request_of(), standing_of()),
        ("a performer", request_of(people=(change_of(),), tools=({"name": "a"},)), standing_of(held())),
        ("a performer, 100 consents", request_of(people=(change_of(),)), standing_of(*[held()] * 100)),
        ("ten strangers", request_of(people=crowd), standing_of(held())),
        ("ten people who agreed", request_of(people=crowd), standing_of(*agreed, people=cast)),
    ):
        mean, worst = measured(lambda request=request, standing=standing: decide(request, standing, packs))
        print(f"{words}, {rules} rules: {mean:.2f} ms, worst {worst:.2f} ms")


if __name__ == "__main__":
    main()
