"""The shop itself, behind nginx: pages, a login and a JSON API.

Caching headers come from nginx.conf, except where a shop's own code would
send them: /orders and /api/items.
"""

import json
import secrets
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

USERS = {
    "alice": {"name": "Alice Example", "address": "1 First Street, Exampleton", "cart": [42]},
    "bob": {"name": "Bob Example", "address": "22 Second Avenue, Sampleville", "cart": [7, 42]},
}
ITEMS = {
    7: {"name": "Teapot", "price": 3200},
    42: {"name": "Towel", "price": 1500},
}
SESSIONS = {}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} - Example Shop</title>
<link rel="stylesheet" href="/assets/app.css">
<script src="/assets/app.js" defer></script>
</head>
<body>
<header><img src="/assets/logo.svg" alt=""><h1>{title}</h1><p id="greeting"></p></header>
<nav><a href="/">Top</a><a href="/items/42">Towel</a><a href="/login">Log in</a>
<a href="/mypage">My page</a><a href="/cart">Cart</a><a href="/orders">Orders</a></nav>
{body}
<footer>Nothing here is for sale.</footer>
</body>
</html>
"""

LOGIN_FORM = """<form method="post" action="/login">
<label>User <input name="user"></label>
<label>Password <input name="password" type="password"></label>
<button>Log in</button>
</form>"""


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        user = self.user()
        if self.path == "/":
            self.page("Top", '<ul id="items"></ul>')
        elif self.path == "/items/42":
            item = ITEMS[42]
            self.page(item["name"], f"<p>{item['price']} yen</p>")
        elif self.path == "/login":
            self.page("Log in", LOGIN_FORM)
        elif self.path == "/api/items":
            self.json(list(ITEMS.values()), {"Cache-Control": "public, max-age=60"})
        elif self.path == "/api/me":
            self.json({key: user[key] if user else None for key in ("name", "address")})
        elif self.path not in ("/mypage", "/cart", "/orders"):
            self.page("Not found", "<p>There is no such page.</p>", status=404)
        elif not user:
            self.redirect("/login")
        elif self.path == "/mypage":
            self.page("My page", f"<p>{user['name']}<br>{user['address']}</p>")
        elif self.path == "/cart":
            lines = "".join(f"<li>{ITEMS[number]['name']}</li>" for number in user["cart"])
            self.page("Cart", f"<p>Cart of {user['name']}</p><ul>{lines}</ul>")
        else:
            self.page(
                "Orders",
                f"<p>{user['name']} has ordered nothing yet.</p>",
                {"Cache-Control": "private, no-store"},
            )

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        # Any password will do: the people and their data are invented.
        user = USERS.get(form.get("user", [""])[0])
        if self.path != "/login" or not user:
            self.page("Log in", LOGIN_FORM, status=403)
            return
        session = secrets.token_hex(16)
        SESSIONS[session] = user
        self.redirect("/mypage", {"Set-Cookie": f"session={session}; Path=/; HttpOnly; SameSite=Lax"})

    def user(self):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return SESSIONS.get(cookie.value) if cookie else None

    def page(self, title, body, headers={}, status=200):
        text = PAGE.format(title=title, body=body)
        self.answer(status, {"Content-Type": "text/html; charset=utf-8", **headers}, text)

    def json(self, value, headers={}):
        self.answer(200, {"Content-Type": "application/json", **headers}, json.dumps(value))

    def redirect(self, path, headers={}):
        self.answer(303, {"Location": path, **headers}, "")

    def answer(self, status, headers, text):
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", 48081), Shop).serve_forever()
