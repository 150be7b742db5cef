"""Settings, read from the environment and from `.env`; each is described in the README, and a test holds that."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that can be set; the defaults serve the web page on this machine and nothing else."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix="TILLSAMMANS_", extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    telegram_token: SecretStr | None = Field(
        None,
        validation_alias="TELEGRAM_TOKEN",
        description="The bot's token from @BotFather; without it Telegram is not served",
    )
    telegram_api_url: HttpUrl = Field(
        HttpUrl("https://api.telegram.org"),
        validation_alias="TELEGRAM_API_URL",
        description="The origin of the Bot API server; /bot<token>/<method> is appended",
    )
    telegram_username: str | None = Field(
        None,
        pattern=r"^@?[A-Za-z][A-Za-z0-9_]{3,31}$",
        description="The bot's name in Telegram, for links on posters; without it Telegram is asked, with the token",
    )
    webhook_url: HttpUrl | None = Field(
        None,
        description="The https address at which Telegram reaches this web server; updates are then posted to it (at "
        "/telegram) instead of being fetched",
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///data/tillsammans.db",
        validation_alias="DATABASE_URL",
        description="Where subscribers are kept: a file of SQLite, whose folder is made when missing, or PostgreSQL",
    )
    outside_backup: Path = Field(
        default=Path("data/outside-backup"),
        description="A small folder that is not restored with the database: it tells that a backup was restored, and "
        "who asked to be forgotten since",
    )
    staff_chat: int | None = Field(
        None, description="The Telegram chat where staff read what became of each announcement"
    )
    engine: Literal["loop", "dbos"] = Field(
        "loop", description="What drives announcements: a loop in this process, or DBOS from the extra `scale`"
    )
    web_host: str = Field(default="127.0.0.1", description="The address the web page listens on")
    web_port: int = Field(default=8080, ge=0, le=65535, description="The port of the web page; 0 takes a free one")
    knowledge: Path = Field(default=ROOT / "knowledge", description="The folder with the answers")
    locales: Path = Field(default=ROOT / "locales", description="The folder with the languages and the bot's own words")
    sample_activities: bool = Field(
        default=False,
        description="Show the activities in knowledge/activities/samples, for trying out; never announced",
    )
    calendars: Path = Field(
        default=Path("data/calendars"), description="The folder that keeps what came from calendars outside"
    )
    cache: Path = Field(default=ROOT / ".cache", description="The folder that makes later starts fast; may be deleted")
    staff_language: Literal["sv", "en"] = Field(
        "sv", description="The language of messages about mistakes in the content"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged; questions never are"
    )

    @property
    def telegram_origin(self) -> str:
        """The Bot API server without a slash at the end."""
        return str(self.telegram_api_url).rstrip("/")

    @property
    def webhook_origin(self) -> str | None:
        """Where Telegram reaches the web server, without a slash at the end; None when updates are fetched."""
        return str(self.webhook_url).rstrip("/") if self.webhook_url else None
