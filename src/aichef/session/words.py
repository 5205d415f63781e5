"""What the session room says to a person, in Korean and English."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "not_found": (
        "이 세션을 찾을 수 없어요. 번호를 확인하거나 새로 시작해 주세요.",
        "There is no such session; check its id or start a new one.",
    ),
    "other_profile": (
        "같은 세션 번호로 다른 내용이 이미 접수되어 있어요. 새 번호로 다시 보내 주세요.",
        "This session id was already used for another profile; send it again with a new id.",
    ),
    "other_key": (
        "같은 Idempotency-Key로 다른 내용이 이미 접수되어 있어요. 새 키로 다시 보내 주세요.",
        "This Idempotency-Key was already used for another profile; send it again with a new key.",
    ),
    "at_work": (
        "이 세션은 아직 진행 중이에요. 끝나거나 취소된 뒤에 다시 시작해 주세요.",
        "This session is still at work; start it again once it has ended or was cancelled.",
    ),
    "not_ready": (
        "아직 결과가 나오지 않았어요. 진행이 끝난 뒤에 다시 확인해 주세요.",
        "There is no result yet; ask again once the session has finished.",
    ),
    "no_result": (
        "이 세션은 결과 없이 끝났어요. 다시 시작해 주세요.",
        "This session ended without a result; start it again.",
    ),
    "full": (
        "디스크가 가득 차서 세션을 저장할 수 없어요. 공간을 비운 뒤 다시 시도해 주세요.",
        "The disk is full, so the session cannot be kept; free some space and try again.",
    ),
    "readonly": (
        "데이터 폴더에 쓸 수 없어요. 폴더의 쓰기 권한을 확인해 주세요.",
        "The data folder cannot be written to; check the permissions of the folder.",
    ),
    "standby": (
        "데이터베이스가 읽기 전용이에요. 쓰기가 되는 데이터베이스 주소로 바꿔 주세요.",
        "The database only lets us read; use the address of one that can be written to.",
    ),
    "damaged": (
        "세션 저장소 파일이 손상되었어요. 백업 파일로 바꾸거나 파일을 다른 곳으로 옮겨 주세요.",
        "The file of sessions is damaged; put a backup in its place or move it away.",
    ),
    "busy": (
        "세션 저장소가 바빠서 제때 답하지 못했어요. 잠시 뒤 다시 시도해 주세요.",
        "The store of sessions was too busy to answer in time; try again in a moment.",
    ),
    "unreachable": (
        "데이터베이스에 연결할 수 없어요. 데이터베이스가 켜져 있는지와 주소를 확인해 주세요.",
        "The database cannot be reached; check that it is running and its address.",
    ),
    "version": (
        "세션 저장소가 더 새로운 AI Chef의 것이에요. AI Chef를 새 버전으로 바꿔 주세요.",
        "The store of sessions belongs to a newer AI Chef; please update AI Chef.",
    ),
    "old_sqlite": (
        "이 Python의 SQLite가 너무 오래됐어요. SQLite 3.37 이상이 들어 있는 Python을 써 주세요.",
        "The SQLite of this Python is too old; use a Python that has SQLite 3.37 or newer.",
    ),
    "part": (
        "저장된 중간 결과를 읽을 수 없어요. 이 세션을 다시 시작해 주세요.",
        "What an earlier step left behind cannot be read; start this session again.",
    ),
    "too_big": (
        "이 세션에 담긴 내용이 너무 많아요. 재료나 메모를 줄여 다시 보내 주세요.",
        "There is more in this session than can be kept; send fewer ingredients or a shorter note.",
    ),
    "stopped": (
        "요리가 도중에 멈췄어요. 다시 시작해 주세요.",
        "The cooking stopped midway; start it again.",
    ),
    "other": (
        "세션 저장소를 읽거나 쓸 수 없어요. 저장소 설정을 확인한 뒤 다시 시도해 주세요.",
        "The store of sessions cannot be read or written; check its settings and try again.",
    ),
}
"""Sentences by what happened: (Korean, English). Keys of StoreError are its `trouble`."""


def say(what: str, locale: str = "ko") -> str:
    """The sentence for what happened, for a reader of `locale`."""
    korean, english = WORDS[what]
    return english if locale == "en" else korean
