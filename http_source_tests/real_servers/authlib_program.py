"""Runs Authlib's authorization server with the JWT bearer grant: python authlib_program.py PORT ISSUER PUBLIC_KEY. Run with Flask, alone.

Who asks is `issuer`, for the users jane and robot, by JWTs of that key for this server's token URL. GET /whose/TOKEN says whose a token is.
"""

import sys
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc7523 import JWTBearerGrant
from flask import Flask

PORT, ISSUER, KEY = sys.argv[1:]
app = Flask(__name__)
given: dict[str, tuple[str, str]] = {}


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    def get_client_id(self) -> str:
        return ISSUER

    def get_allowed_scope(self, scope: str | None) -> str:
        return "read" if scope == "read" else ""

    def check_grant_type(self, grant_type: str) -> bool:
        return bool(grant_type == JWTBearerGrant.GRANT_TYPE)


class Grant(JWTBearerGrant):  # type: ignore[misc]
    def get_audiences(self) -> list[str]:
        return [f"http://127.0.0.1:{PORT}/token"]

    def resolve_issuer_client(self, issuer: str) -> Client | None:
        return Client() if issuer == ISSUER else None

    def resolve_client_public_key(self, client: Client) -> str:  # noqa: ARG002 - there is one
        return KEY

    def authenticate_user(self, subject: str) -> str | None:
        return subject if subject in {"jane", "robot"} else None

    def has_granted_permission(self, client: Client, user: str) -> bool:  # noqa: ARG002 - both are known
        return True


def keep(token: dict[str, Any], request: Any) -> None:
    given[token["access_token"]] = request.user, token.get("scope", "")


server = AuthorizationServer(app, query_client=lambda _: None, save_token=keep)
server.register_grant(Grant)


@app.post("/token")  # type: ignore[untyped-decorator]
def token() -> Any:
    return server.create_token_response()


@app.get("/whose/<token>")  # type: ignore[untyped-decorator]
def whose(token: str) -> Any:
    return list(given.get(token, ()))


app.run("127.0.0.1", int(PORT))
