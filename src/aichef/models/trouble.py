"""Why a model did not answer, said in one sentence: the errors of three wires become one family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aichef.errors import ModelError
from aichef.models.connect import TooLong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aichef.chef.model import Trouble

_SENTENCES: Final[Mapping[Trouble, tuple[str, str]]] = {
    "throttled": (
        "모델이 너무 바빠요. 잠시 뒤에 다시 해 주세요.",
        "The model is too busy. Please try again in a while.",
    ),
    "quota": (
        "모델의 사용 한도를 다 썼거나 이 모델을 쓸 권한이 없어요. 계정을 확인해 주세요.",
        "The model's quota is used up, or the account may not use it. Please check the account.",
    ),
    "profile": (
        "이 이름의 모델을 여기서 쓸 수 없어요. AICHEF_MODEL, AICHEF_MODEL_PREFIX, "
        "AICHEF_MODEL_REGION을 확인해 주세요.",
        "This model is not served here. Please check AICHEF_MODEL, AICHEF_MODEL_PREFIX and "
        "AICHEF_MODEL_REGION.",
    ),
    "invalid": (
        "모델이 요청을 받아들이지 않았어요. 다른 모델을 설정해 주세요.",
        "The model did not accept the request. Please set another model.",
    ),
    "timeout": (
        "모델이 제시간에 답하지 않았어요. 다시 하거나 AICHEF_MODEL_SECONDS를 늘려 주세요.",
        "The model did not answer in time. Please try again or raise AICHEF_MODEL_SECONDS.",
    ),
    "stall": (
        "모델의 답이 도중에 멈췄어요. 다시 해 주세요.",
        "The model's answer came to a halt. Please try again.",
    ),
    "dropped": (
        "모델의 답이 도중에 끊겼어요. 다시 해 주세요.",
        "The model's answer broke off. Please try again.",
    ),
    "corrupt": (
        "모델의 답이 망가져서 왔어요. AICHEF_MODEL_URL이 맞는지 확인해 주세요.",
        "The model's answer came damaged. Please check AICHEF_MODEL_URL.",
    ),
    "broke": (
        "모델 쪽에 문제가 생겼어요. 잠시 뒤에 다시 해 주세요.",
        "The model's side failed. Please try again in a while.",
    ),
    "cut": (
        "모델의 답이 너무 길어 잘렸어요. 다시 해 주세요.",
        "The model's answer was too long and was cut off. Please try again.",
    ),
    "refused": (
        "모델이 답하기를 거절했어요. 다른 모델을 설정해 주세요.",
        "The model refused to answer. Please set another model.",
    ),
    "empty": (
        "모델이 빈 답을 보냈어요. 다시 해 주세요.",
        "The model sent an empty answer. Please try again.",
    ),
    "unreachable": (
        "모델에 연결하지 못했어요. 네트워크와 AICHEF_MODEL_URL을 확인해 주세요.",
        "The model could not be reached. Please check the network and AICHEF_MODEL_URL.",
    ),
    "key": (
        "모델의 키가 없거나 맞지 않아요. AICHEF_MODEL_KEY를 확인해 주세요.",
        "The model's key is missing or was refused. Please check AICHEF_MODEL_KEY.",
    ),
}

_NO_PROFILE: Final = ("on-demand throughput", "inference profile", "model identifier")
_OF_THE_FORM: Final = (
    *("schema", "outputconfig", "output_config", "output_format", "response_format"),
    *("structured output", "textformat", "grammar"),
)
_OF_TOOLS: Final = ("tool", "function")
_NO_END: Final = "without a `finish_reason`"
_KEY_CODES: Final = frozenset(
    ["unrecognizedclientexception", "invalidsignatureexception", "expiredtokenexception"]
)


def model_error(trouble: Trouble, **details: Any) -> ModelError:
    """The error for a trouble, in Korean; `details` join `trouble`."""
    return ModelError(_SENTENCES[trouble][0], trouble=trouble, **details)


def sentence(error: ModelError, locale: str) -> str:
    """What went wrong, in the person's language."""
    pair = _SENTENCES.get(error.details["trouble"])
    return pair[1] if pair and locale == "en" else error.message


def trouble_of(error: BaseException) -> Trouble:
    """What kept a model from answering, by the error of the library under us."""
    from pydantic_ai import exceptions as those

    if any(isinstance(one, TooLong) for one in _causes(error)):
        return "cut"
    told = _text(error)
    if isinstance(error, those.ModelRateLimitError | those.ModelUnavailableError):
        # Nothing was generated and nothing was paid: whoever is overloaded asks to come later.
        return "throttled"
    if isinstance(error, those.ModelQuotaExceededError):
        return "quota"
    if isinstance(error, those.ModelRequestRejectedError):
        return _rejected(error, told)
    if isinstance(error, those.ModelRequestTimeout):
        return "timeout"
    if isinstance(error, those.ModelConnectionError):
        return _unconnected(error)
    if isinstance(error, those.ContentFilterError):
        return "refused"
    if isinstance(error, those.ModelAPIError):
        if _NO_END in told:
            return "dropped"
        return "broke" if error.in_stream or isinstance(error, _failures()) else "corrupt"
    return _of_botocore(error)


def refuses_form(error: BaseException) -> bool:
    """Whether a model refused how its answer is to be held to a form, not what it was asked."""
    from pydantic_ai import exceptions as those

    if not isinstance(error, those.ModelRequestRejectedError):
        return False
    if isinstance(error, those.ModelAuthenticationError | those.ModelNotFoundError):
        return False
    told = _text(error)
    return any(word in told for word in (*_OF_THE_FORM, *_OF_TOOLS))


def _failures() -> tuple[type[Exception], ...]:
    from pydantic_ai import exceptions as those

    return (those.ModelServerError, those.ModelHTTPError)


def _rejected(error: BaseException, told: str) -> Trouble:
    from pydantic_ai import exceptions as those

    if isinstance(error, those.ModelNotFoundError) or any(word in told for word in _NO_PROFILE):
        return "profile"
    if isinstance(error, those.ModelAuthenticationError):
        code = str(getattr(error, "provider_error_code", "")).casefold()
        forbidden = getattr(error, "status_code", 401) == 403 and code not in _KEY_CODES
        return "quota" if forbidden else "key"
    return "invalid"


def _unconnected(error: BaseException) -> Trouble:
    from pydantic_ai import exceptions as those

    phase = getattr(error, "phase", None)
    if isinstance(error, those.ModelTimeoutError):
        return "unreachable" if phase == "connect" else "timeout"
    if _of_tls(error):
        return "unreachable"
    hung_up = any(type(one).__name__ == "ConnectionClosedError" for one in _causes(error))
    return "dropped" if hung_up or phase in {"read", "write"} else "unreachable"


def _of_botocore(error: BaseException) -> Trouble:
    """Errors that botocore raises before or beside a request."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"}:
        return "key"
    if names & {"CredentialRetrievalError", "ProfileNotFound", "SSOError", "UnauthorizedSSOToken"}:
        return "key"
    if names & {"ParamValidationError", "UserError"}:
        return "invalid"
    if names & {"SSLError", "SSLCertVerificationError", "EndpointConnectionError"}:
        return "unreachable"
    return "corrupt"


def _of_tls(error: BaseException) -> bool:
    from ssl import SSLError

    return any(isinstance(one, SSLError) for one in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _text(error: BaseException) -> str:
    """What the other side said, in lower case. It never leaves this file: it may quote us."""
    return f"{error} {getattr(error, 'body', '')}".casefold()
