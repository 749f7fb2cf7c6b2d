import http from 'node:http';
const kinds = {
  console: `setInterval(()=>{for(let i=0;i<2000;i++)console.log(i+'x'.repeat(500))},0)`,
  downloads: `const data=new Blob([new Uint8Array(2e6)]);setInterval(()=>{const a=document.createElement('a');a.href=URL.createObjectURL(data);a.download='f'+Math.random();a.click()},5)`,
  requests: `setInterval(()=>{for(let i=0;i<50;i++)fetch('/r?'+Math.random()).catch(()=>{})},0)`,
  dialogs: `setInterval(()=>alert('again'+'x'.repeat(1000)),0)`,
  popups: `onclick=()=>{};setInterval(()=>{for(let i=0;i<5;i++)open('about:blank#'+Math.random(),'_blank')},5)`,
  frames: `setInterval(()=>{for(let i=0;i<20;i++){const f=document.createElement('iframe');f.src='/e?'+Math.random();document.body.append(f);if(document.body.children.length>300)document.body.firstElementChild.remove()}},0)`,
  history: `let n=0;setInterval(()=>{for(let i=0;i<200;i++)try{history.pushState({},'','#'+(n++)+'y'.repeat(200))}catch{}; location.hash=n++},0)`,
  reloads: `location.href='/reloads?'+Math.random()`,
  sockets: `setInterval(()=>{for(let i=0;i<20;i++){new WebSocket('ws://'+location.host+'/ws')}},0)`,
  workers: `const u=URL.createObjectURL(new Blob(['console.log(1);for(let i=0;i<1000;i++)console.log("w"+i)']));setInterval(()=>{new Worker(u)},5)`,
};
http
  .createServer((q, r) => {
    const k = new URL(q.url, 'http://x').pathname.slice(1);
    r.setHeader('content-type', 'text/html');
    r.end(kinds[k] ? `<title>${k}</title><body><script>setTimeout(()=>{${kinds[k]}},300)</script>` : 'ok');
  })
  .listen(8931);
