"""Inline mode, venues and files, refusing what Telegram refuses."""

from __future__ import annotations

from tests.standin.methods import content_of, markup_of, method
from tests.standin.world import ApiError, Json, World

_MOST_RESULTS = 50


@method
async def answer_inline_query(world: World, parameters: Json) -> bool:
    """Offer results for what somebody types."""
    query_id, results = parameters["inline_query_id"], parameters["results"]
    if query_id not in world.open_queries:
        raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    if len(results) > _MOST_RESULTS:
        raise ApiError(400, "Bad Request: RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        raise ApiError(400, "Bad Request: RESULT_ID_DUPLICATE")
    if any(not 1 <= len(result_id.encode()) <= 64 for result_id in ids):
        raise ApiError(400, "Bad Request: RESULT_ID_INVALID")
    shown = [result | {"message": _message(world, result)} for result in results]
    world.open_queries.remove(query_id)
    world.offered[query_id] = parameters | {"results": shown}
    await world.happened()
    return True


@method
async def send_venue(world: World, parameters: Json) -> Json:
    """Send a point on the map with a name and an address."""
    chat = world.chat(parameters["chat_id"])
    if not parameters["title"].strip() or not parameters["address"].strip():
        raise ApiError(400, "Bad Request: venue title and address must be non-empty")
    location = {key: parameters[key] for key in ("latitude", "longitude")}
    venue = {"location": location, "title": parameters["title"], "address": parameters["address"]}
    message = world.post(chat, {"venue": venue, "location": location} | markup_of(parameters), world.me)
    await world.happened()
    return message


@method
async def send_document(world: World, parameters: Json) -> Json:
    """Send a file that was uploaded; its content is kept in `world.files` by the id it gets."""
    chat = world.chat(parameters["chat_id"])
    upload = parameters["document"]
    if isinstance(upload, str):
        raise ApiError(400, "Bad Request: only files that are uploaded are known here")
    content = upload.file.read()
    if not content:
        raise ApiError(400, "Bad Request: file must be non-empty")
    file_id = f"file-{len(world.files) + 1}"
    world.files[file_id] = content
    document = {"file_id": file_id, "file_unique_id": file_id, "file_name": upload.filename, "file_size": len(content)}
    message = world.post(chat, {"document": document} | markup_of(parameters), world.me)
    await world.happened()
    return message


def _message(world: World, result: Json) -> Json:
    """What would be sent when this result is chosen."""
    return content_of(world, result["input_message_content"], "message_text") | markup_of(result)
