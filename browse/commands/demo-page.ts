/** The page that `browse demo` opens: a form with a field and a button that writes a greeting. */
const HTML = `<!doctype html>
<html lang="en">
<title>browse demo</title>
<h1>Hello</h1>
<form>
  <label>Your name <input name="who" autocomplete="off"></label>
  <button>Greet</button>
</form>
<p id="greeting" role="status"></p>
<script>
  document.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    document.querySelector('#greeting').textContent = 'Hello, ' + event.target.who.value + '!';
  });
</script>
</html>`;

export const DEMO_URL = `data:text/html;charset=utf-8,${encodeURIComponent(HTML)}`;
