// Asks again whenever something is typed or chosen.
const at = (id) => document.getElementById(id);
const ask = async (path, parameters, body) => {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`, { method: "POST", body });
  return { wrong: !response.ok, text: await response.text() };
};

let turn = 0;
const explain = async () => {
  const own = ++turn;
  const heads = at("heads").value;
  if (!heads.trim()) { at("answer").textContent = ""; return; }
  const named = ["profile", "second"].map((id) => at(id).value).filter(Boolean);
  const { wrong, text } = await ask("/explain", [...named.map((id) => ["profile", id]), ["url", at("url").value]], heads);
  if (own !== turn) return;
  at("answer").textContent = text;
  at("answer").className = wrong ? "wrong" : named.length > 1 || named[0] === "all" ? "table" : "";
};
for (const id of ["heads", "url"]) at(id).addEventListener("input", explain);
for (const id of ["profile", "second"]) at(id).addEventListener("change", explain);

let recording;
const compare = async () => {
  if (!recording) return;
  const parameters = { from: at("from").value, to: at("to").value, name: recording.name };
  const { wrong, text } = await ask("/switch", parameters, recording);
  at("problem").textContent = wrong ? text : "";
  at("problem").className = wrong ? "wrong" : "";
  at("report").hidden = wrong;
  if (!wrong) at("report").srcdoc = text;
};
const take = (file) => { recording = file; compare(); };
for (const id of ["from", "to"]) at(id).addEventListener("change", compare);
at("file").addEventListener("change", (event) => take(event.target.files[0]));
const drop = at("drop");
for (const over of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(over, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over === "dragover");
    if (over === "drop" && event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
}
explain();
