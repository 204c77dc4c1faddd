"""Chinese error messages, for requests with ``X-TC-Language: zh-CN``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from havip.emulator.errors import ApiFailure

CHINESE: Final[Mapping[str, str]] = {
    "AuthFailure": "身份校验失败",
    "AuthFailure.InvalidAuthorization": "请求头 Authorization 无效",
    "AuthFailure.SecretIdNotFound": "密钥不存在或已失效",
    "AuthFailure.SignatureExpire": "签名已过期",
    "AuthFailure.SignatureFailure": "签名错误",
    "AuthFailure.TokenFailure": "临时令牌错误",
    "FailedOperation": "操作失败",
    "InternalError": "内部错误",
    "InvalidAction": "接口不存在",
    "InvalidParameter": "参数错误",
    "InvalidParameter.Coexist": "参数不能同时指定",
    "InvalidParameter.FilterInvalidKey": "不支持的过滤条件",
    "InvalidParameterValue": "参数取值错误",
    "InvalidParameterValue.Duplicate": "参数取值重复",
    "InvalidParameterValue.LimitExceeded": "参数取值超过限制",
    "InvalidParameterValue.Malformed": "参数格式错误",
    "InvalidParameterValue.Range": "参数取值超出范围",
    "InvalidParameterValue.Reserved": "参数取值为系统保留",
    "InvalidParameterValue.TooLong": "参数取值过长",
    "InvalidRequest": "请求格式错误",
    "LimitExceeded": "超过配额限制",
    "MissingParameter": "缺少参数",
    "NoSuchProduct": "产品不存在",
    "NoSuchVersion": "接口版本不存在",
    "RequestLimitExceeded": "请求次数超过频率限制",
    "RequestSizeLimitExceeded": "请求包超过限制大小",
    "ResourceInUse": "资源被占用",
    "ResourceInsufficient": "资源不足",
    "ResourceNotFound": "资源不存在",
    "ResourceUnavailable": "资源不可用",
    "UnauthorizedOperation": "未授权操作",
    "UnknownParameter": "未知参数",
    "UnsupportedOperation": "操作不支持",
    "UnsupportedOperation.BindEIP": "已绑定弹性公网IP",
    "UnsupportedOperation.MutexOperationTaskRunning": "资源有其他任务正在执行",
    "UnsupportedOperation.UnbindEIP": "未绑定弹性公网IP",
    "UnsupportedProtocol": "请求协议不支持",
    "UnsupportedRegion": "地域不支持",
}
"""Short messages of common codes; a longer code falls back on its first part."""


def message_in(language: str, failure: ApiFailure) -> str:
    """Return an error's message in a language; offending values stay in brackets.

    Args:
        language: ``zh-CN``, or anything else for English.
        failure: The error.
    """
    if language != "zh-CN":
        return failure.message
    chinese = CHINESE.get(failure.code) or CHINESE.get(failure.code.partition(".")[0])
    return failure.chinese or (f"{chinese} ({failure.message})" if chinese else failure.message)
