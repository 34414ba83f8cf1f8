// Puts what it is told to put, and tells what the Cache API says to that and to a match.
export default {
  async fetch(request) {
    const said = [];
    for (const { name, method, status, headers } of await request.json()) {
      const url = `http://oracle.test/${name}`;
      const body = [204, 304].includes(status) ? null : "x";
      let put = "accepted";
      try {
        await caches.default.put(new Request(url, { method }), new Response(body, { status, headers }));
      } catch (error) {
        put = "refused";
      }
      const found = await caches.default.match(new Request(url));
      said.push({ name, put, match: found ? "hit" : "miss" });
    }
    return Response.json(said);
  },
};
