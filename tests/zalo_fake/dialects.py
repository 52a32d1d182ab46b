"""How each host says no, in its own shape and words."""

from __future__ import annotations

from http import HTTPStatus

from zalo_fake.wire import Dialect, Json, Refused

MESSAGES = {
    0: "Success",
    -32: "Too many requests",
    -100: "Unknown error, please try again later",
    -107: "Message id is invalid",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -111: "Template data is empty",
    -112: "Template data is invalid",
    -114: "User cannot receive the message because of the account's status, its settings or an old Zalo version",
    -115: "Out of balance",
    -118: "Zalo account not existed",
    -119: "Account can't receive message",
    -121: "Body data is empty",
    -122: "Body data is not in JSON format",
    -124: "Access token invalid",
    -127: "Test template can only be sent to admins",
    -131: "Template is not approved",
    -132: "Parameter is invalid",
    -133: "Messages cannot be sent at night (22:00-06:00)",
    -136: "Need to link an account to charge",
    -139: "User refused to receive this type of message",
    -144: "OA exceeded its daily quota",
    -147: "Template exceeded its daily quota",
    -161: "Sending mode is invalid",
    -162: "Sending mode is not supported for this template",
    -200: "Send message failed",
    -201: "Params is invalid",
    -210: "Params exceed limit",
    -211: "Out of quota",
    -213: "User has not followed the OA",
    -216: "Access token is invalid",
    -230: "User has not interacted with the OA in the past 7 days",
    -234: "This type of message cannot be sent at night",
    -242: "appsecret_proof provided in the API is invalid",
    -249: "This template cannot be sent by user id",
    -320: "Need to link an account to charge",
    -321: "Out of balance",
    -403: "OA is not in this group",
    -1121: "Template parameter is over its length",
    -1122: "Template parameter is missing",
    -1124: "Template parameter is not in its format",
    -1241: "appsecret_proof provided in the API is invalid",
}
OAUTH_NAMES = {
    -14002: "Invalid app id.",
    -14003: "Invalid redirect uri.",
    -14004: "Invalid secret key.",
    -14005: "Invalid authorization code.",
    -14014: "Invalid refresh token.",
    -14018: "Invalid grant type.",
    -14020: "Refresh token is expired.",
}
ESMS_MESSAGES = {
    99: "Unknown error",
    101: "Authorize failed",
    103: "Balance not enough",
    104: "Brandname code not exist or not active",
    108: "Phone number is not valid",
    124: "RequestId already exists",
    140: "IP is not allowed",
    146: "Brandname template is not registered",
}


def _zalo(refused: Refused) -> Json:
    return {"error": refused.code, "message": refused.message or MESSAGES.get(refused.code, "Error")}


def _oauth(refused: Refused) -> Json:
    name = refused.message or OAUTH_NAMES.get(refused.code, "Error")
    return {
        "error": refused.code, "error_name": name, "error_reason": name, "error_description": name,
        "ref_doc": "https://developers.zalo.example/docs/ma-loi",
    }  # fmt: skip


def _bot(refused: Refused) -> Json:
    said = refused.message or (HTTPStatus(refused.code).phrase if 400 <= refused.code < 512 else "Error")
    return {"ok": False, "error_code": refused.code, "description": said}


def _esms(refused: Refused) -> Json:
    said = refused.message or ESMS_MESSAGES.get(refused.code, "Error")
    return {"CodeResult": str(refused.code), "ErrorMessage": said}


TEMPLATE = Dialect(_zalo, unreadable=(-122, ""), empty=(-121, ""))
OA = Dialect(_zalo, unreadable=(-201, "body is invalid"), empty=(-201, "body is invalid"))
OAUTH = Dialect(_oauth, unreadable=(-14018, ""), empty=(-14018, ""))
BOT = Dialect(_bot, unreadable=(400, ""), empty=(400, ""))
ESMS = Dialect(_esms, unreadable=(99, ""), empty=(99, ""))
