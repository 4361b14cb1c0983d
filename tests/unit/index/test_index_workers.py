from __future__ import annotations

import threading

import pytest

from pipenv.index.workers import Job, Workers


def test_jobs_are_done_by_threads() -> None:
    workers = Workers(3)
    barrier = threading.Barrier(3, timeout=10)
    jobs = [workers.submit(barrier.wait) for _ in range(3)]
    # Waiting for a job that nobody has begun would do it here, and one party would be missing.
    waited = threading.Event()
    while not all(job.is_done for job in jobs):
        waited.wait(0.001)
    assert sorted(job.result() for job in jobs) == [0, 1, 2]
    workers.close()
    workers.join(10)


def test_no_more_threads_than_allowed() -> None:
    workers = Workers(2)
    seen: set[int] = set()
    gate = threading.Event()

    def work() -> None:
        seen.add(threading.get_ident())
        gate.wait(10)

    jobs = [workers.submit(work) for _ in range(20)]
    gate.set()
    for job in jobs:
        job.result()
    assert len(seen - {threading.get_ident()}) <= 2
    workers.close()


def test_who_waits_does_what_nobody_has_begun() -> None:
    workers = Workers(0)
    job = workers.submit(threading.get_ident)
    assert not job.is_done
    assert job.result() == threading.get_ident()
    assert job.is_done


def test_a_job_is_done_once() -> None:
    done: list[int] = []
    job = Job(lambda: done.append(1))
    threads = [threading.Thread(target=job.result) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.run()
    assert done == [1]


def test_errors_are_raised_where_they_are_waited_for() -> None:
    def work() -> None:
        raise ValueError("no")

    workers = Workers(1)
    job = workers.submit(work)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            job.result()
    assert workers.submit(lambda: 5).result() == 5
    workers.close()


def test_after_closing_nothing_begins_by_itself() -> None:
    workers = Workers(1)
    workers.close()
    job = workers.submit(lambda: 5)
    assert not job.is_done
    assert job.result() == 5
