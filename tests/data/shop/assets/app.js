// Every page asks who is logged in, so that the shared pages can greet too.
fetch('/api/me')
  .then((answer) => answer.json())
  .then((me) => {
    document.querySelector('#greeting').textContent = me.name ? `Hello, ${me.name}` : 'Welcome';
  });

const list = document.querySelector('#items');
if (list) {
  fetch('/api/items')
    .then((answer) => answer.json())
    .then((items) => {
      for (const item of items) {
        const line = document.createElement('li');
        line.textContent = `${item.name}: ${item.price} yen`;
        list.append(line);
      }
    });
}
