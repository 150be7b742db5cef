"""Which of our messages answered which of theirs, for a while and in memory only."""

from __future__ import annotations

from collections import OrderedDict

_LONGEST = 5000


class AnswerMemory:
    """The latest answers, so that an edited question changes its answer; and the latest albums."""

    def __init__(self, longest: int = _LONGEST) -> None:
        """Remember the latest `longest` answers."""
        self._longest = longest
        self._answers: OrderedDict[tuple[int, int], tuple[int, ...]] = OrderedDict()
        self._albums: OrderedDict[tuple[int, str], None] = OrderedDict()

    def remember(self, chat_id: int, question_id: int, answer_ids: tuple[int, ...]) -> None:
        """The messages `answer_ids` answer `question_id`."""
        self._answers[chat_id, question_id] = answer_ids
        self._answers.move_to_end((chat_id, question_id))
        if len(self._answers) > self._longest:
            self._answers.popitem(last=False)

    def answers_to(self, chat_id: int, question_id: int) -> tuple[int, ...]:
        """Our messages that answered a question; none when it is long ago."""
        return self._answers.get((chat_id, question_id), ())

    def is_new_album(self, chat_id: int, album: str) -> bool:
        """Whether this is the first picture seen of an album: ten pictures get one answer."""
        if (chat_id, album) in self._albums:
            return False
        self._albums[chat_id, album] = None
        if len(self._albums) > self._longest:
            self._albums.popitem(last=False)
        return True

    def forget(self, chat_id: int) -> None:
        """Drop everything about a chat."""
        for answer in [key for key in self._answers if key[0] == chat_id]:
            del self._answers[answer]
        for album in [key for key in self._albums if key[0] == chat_id]:
            del self._albums[album]
