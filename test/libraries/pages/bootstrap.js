/* Bootstrap: an admin page with a menu, an accordion, tabs, a form with errors, a dialog, a side panel, toasts. */
import 'bootstrap/dist/css/bootstrap.min.css';
import * as bootstrap from 'bootstrap';

document.getElementById('root').innerHTML = `
<nav class="navbar navbar-expand-lg bg-body-tertiary"><div class="container-fluid">
  <a class="navbar-brand" href="#">Warehouse</a>
  <button class="navbar-toggler" type="button" data-bs-toggle="collapse" data-bs-target="#nav" aria-controls="nav" aria-expanded="false" aria-label="Toggle navigation"><span class="navbar-toggler-icon"></span></button>
  <div class="collapse navbar-collapse" id="nav"><ul class="navbar-nav me-auto">
    <li class="nav-item"><a class="nav-link active" aria-current="page" href="#">Home</a></li>
    <li class="nav-item"><a class="nav-link disabled" aria-disabled="true">Archive</a></li>
    <li class="nav-item dropdown"><a class="nav-link dropdown-toggle" href="#" role="button" data-bs-toggle="dropdown" aria-expanded="false">Stock</a>
      <ul class="dropdown-menu"><li><a class="dropdown-item" href="#">Receive</a></li><li><a class="dropdown-item disabled" aria-disabled="true">Return</a></li><li><hr class="dropdown-divider"></li><li><button class="dropdown-item" type="button">Count…</button></li></ul></li>
  </ul><form class="d-flex" role="search"><input class="form-control me-2" type="search" placeholder="Search" aria-label="Search"><button class="btn btn-outline-success" type="submit">Search</button></form></div>
</div></nav>
<main class="container">
  <nav aria-label="breadcrumb"><ol class="breadcrumb"><li class="breadcrumb-item"><a href="#">Home</a></li><li class="breadcrumb-item active" aria-current="page">Orders</li></ol></nav>
  <div class="alert alert-warning alert-dismissible fade show" role="alert"><strong>Low stock.</strong> Order more bolts. <a href="#" class="alert-link">Details</a><button type="button" class="btn-close" data-bs-dismiss="alert" aria-label="Close"></button></div>
  <h1>Orders <span class="badge text-bg-secondary">New</span></h1>
  <ul class="nav nav-tabs" role="tablist">
    <li class="nav-item" role="presentation"><button class="nav-link active" id="open-tab" data-bs-toggle="tab" data-bs-target="#open" type="button" role="tab" aria-controls="open" aria-selected="true">Open <span class="badge text-bg-danger">4<span class="visually-hidden"> unread</span></span></button></li>
    <li class="nav-item" role="presentation"><button class="nav-link" id="done-tab" data-bs-toggle="tab" data-bs-target="#done" type="button" role="tab" aria-controls="done" aria-selected="false">Done</button></li>
    <li class="nav-item" role="presentation"><button class="nav-link" type="button" role="tab" aria-selected="false" disabled>Void</button></li>
  </ul>
  <div class="tab-content"><div class="tab-pane fade show active" id="open" role="tabpanel" aria-labelledby="open-tab" tabindex="0">
    <table class="table table-hover"><caption>Open orders</caption><thead><tr><th scope="col">#</th><th scope="col">Customer</th><th scope="col">Actions</th></tr></thead>
      <tbody><tr><th scope="row">1</th><td>Mark</td><td><div class="btn-group btn-group-sm" role="group" aria-label="Order 1"><button class="btn btn-primary">Ship</button><button class="btn btn-secondary" disabled>Void</button></div></td></tr>
      <tr class="table-active"><th scope="row">2</th><td colspan="2">Jacob <span class="spinner-border spinner-border-sm" role="status"><span class="visually-hidden">Loading...</span></span></td></tr></tbody></table>
  </div><div class="tab-pane fade" id="done" role="tabpanel" aria-labelledby="done-tab" tabindex="0"><p>Nothing is done yet.</p></div></div>
  <div class="accordion" id="faq">
    <div class="accordion-item"><h2 class="accordion-header"><button class="accordion-button" type="button" data-bs-toggle="collapse" data-bs-target="#one" aria-expanded="true" aria-controls="one">How to pay</button></h2><div id="one" class="accordion-collapse collapse show" data-bs-parent="#faq"><div class="accordion-body">By <code>card</code> or <a href="#">transfer</a>.</div></div></div>
    <div class="accordion-item"><h2 class="accordion-header"><button class="accordion-button collapsed" type="button" data-bs-toggle="collapse" data-bs-target="#two" aria-expanded="false" aria-controls="two">How to return</button></h2><div id="two" class="accordion-collapse collapse" data-bs-parent="#faq"><div class="accordion-body">By mail.</div></div></div>
  </div>
  <form class="row g-3 was-validated" novalidate>
    <div class="col-md-4"><label for="first" class="form-label">First name</label><input type="text" class="form-control" id="first" value="Mark" required><div class="valid-feedback">Looks good!</div></div>
    <div class="col-md-4"><label for="user" class="form-label">Username</label><div class="input-group has-validation"><span class="input-group-text" id="at">@</span><input type="text" class="form-control is-invalid" id="user" aria-describedby="at user-error" aria-invalid="true" required><div class="invalid-feedback" id="user-error">Please choose a username.</div></div></div>
    <div class="col-md-3"><label for="state" class="form-label">State</label><select class="form-select" id="state" required><option selected disabled value="">Choose...</option><optgroup label="West"><option>Oregon</option><option>Nevada</option></optgroup></select></div>
    <div class="form-floating col-md-3"><input type="email" class="form-control" id="mail" placeholder="name@example.com"><label for="mail">Email address</label></div>
    <div class="form-check"><input class="form-check-input" type="checkbox" id="terms" required><label class="form-check-label" for="terms">Agree to <a href="#">terms</a></label></div>
    <div class="form-check form-switch"><input class="form-check-input" type="checkbox" role="switch" id="news" checked><label class="form-check-label" for="news">Newsletter</label></div>
    <fieldset disabled><legend>Delivery</legend><div class="form-check"><input class="form-check-input" type="radio" name="way" id="post" checked><label class="form-check-label" for="post">Post</label></div><div class="form-check"><input class="form-check-input" type="radio" name="way" id="bike"><label class="form-check-label" for="bike">Bike</label></div></fieldset>
    <div class="btn-group" role="group" aria-label="Size"><input type="radio" class="btn-check" name="size" id="s" autocomplete="off" checked><label class="btn btn-outline-primary" for="s">Small</label><input type="radio" class="btn-check" name="size" id="l" autocomplete="off"><label class="btn btn-outline-primary" for="l">Large</label></div>
    <label for="volume" class="form-label">Volume</label><input type="range" class="form-range" id="volume" min="0" max="5" value="3">
    <label for="file" class="form-label">Invoice</label><input class="form-control" type="file" id="file">
    <label for="color" class="form-label">Color</label><input type="color" class="form-control form-control-color" id="color" value="#563d7c" title="Choose your color">
    <input class="form-control" list="cities" placeholder="City" aria-label="City"><datalist id="cities"><option value="Ghent"><option value="Lyon"></datalist>
    <textarea class="form-control" aria-label="Notes">Careful</textarea>
    <button class="btn btn-primary" type="submit">Send order</button><button class="btn btn-primary" type="button" disabled><span class="spinner-grow spinner-grow-sm" aria-hidden="true"></span><span role="status">Saving...</span></button>
  </form>
  <div class="progress" role="progressbar" aria-label="Upload" aria-valuenow="25" aria-valuemin="0" aria-valuemax="100"><div class="progress-bar" style="width:25%">25%</div></div>
  <div class="card" style="width:18rem"><svg class="card-img-top" width="100%" height="60" role="img" aria-label="Image cap"><title>Cap</title><rect width="100%" height="100%"/></svg><div class="card-body"><h5 class="card-title">Card</h5><p class="card-text">Some text.</p><a href="#" class="btn btn-primary stretched-link">Go somewhere</a></div></div>
  <div id="slides" class="carousel slide"><div class="carousel-indicators"><button type="button" data-bs-target="#slides" data-bs-slide-to="0" class="active" aria-current="true" aria-label="Slide 1"></button><button type="button" data-bs-target="#slides" data-bs-slide-to="1" aria-label="Slide 2"></button></div><div class="carousel-inner"><div class="carousel-item active"><img alt="First slide" width="200" height="80" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"></div><div class="carousel-item"><img alt="Second slide" width="200" height="80" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"></div></div><button class="carousel-control-prev" type="button" data-bs-target="#slides" data-bs-slide="prev"><span class="carousel-control-prev-icon" aria-hidden="true"></span><span class="visually-hidden">Previous</span></button><button class="carousel-control-next" type="button" data-bs-target="#slides" data-bs-slide="next"><span class="carousel-control-next-icon" aria-hidden="true"></span><span class="visually-hidden">Next</span></button></div>
  <div class="list-group"><button type="button" class="list-group-item list-group-item-action active" aria-current="true">Current item</button><a href="#" class="list-group-item list-group-item-action"><div class="d-flex justify-content-between"><h5>Heading</h5><small>3 days ago</small></div><p>Some content.</p></a></div>
  <nav aria-label="Pages"><ul class="pagination"><li class="page-item disabled"><a class="page-link">Previous</a></li><li class="page-item"><a class="page-link" href="#">1</a></li><li class="page-item active" aria-current="page"><a class="page-link" href="#">2</a></li><li class="page-item"><a class="page-link" href="#" aria-label="Next"><span aria-hidden="true">&raquo;</span></a></li></ul></nav>
  <button type="button" class="btn btn-danger" data-bs-toggle="modal" data-bs-target="#ask">Delete all</button>
  <button class="btn btn-primary" type="button" data-bs-toggle="offcanvas" data-bs-target="#side" aria-controls="side">Filters</button>
  <button type="button" class="btn btn-secondary" data-bs-toggle="tooltip" data-bs-title="Tooltip on top">Hover me</button>
  <button type="button" class="btn btn-lg btn-danger" data-bs-toggle="popover" data-bs-title="Popover title" data-bs-content="And some content.">Explain</button>
  <button type="button" class="btn btn-primary" id="toaster">Notify</button>
</main>
<div class="modal fade" id="ask" tabindex="-1" aria-labelledby="ask-title" aria-hidden="true"><div class="modal-dialog"><div class="modal-content"><div class="modal-header"><h1 class="modal-title fs-5" id="ask-title">Delete all orders?</h1><button type="button" class="btn-close" data-bs-dismiss="modal" aria-label="Close"></button></div><div class="modal-body">This cannot be undone.</div><div class="modal-footer"><button type="button" class="btn btn-secondary" data-bs-dismiss="modal">Cancel</button><button type="button" class="btn btn-primary">Delete</button></div></div></div></div>
<div class="offcanvas offcanvas-start" tabindex="-1" id="side" aria-labelledby="side-title"><div class="offcanvas-header"><h5 class="offcanvas-title" id="side-title">Filters</h5><button type="button" class="btn-close" data-bs-dismiss="offcanvas" aria-label="Close"></button></div><div class="offcanvas-body"><div class="form-check"><input class="form-check-input" type="checkbox" id="late"><label class="form-check-label" for="late">Late only</label></div></div></div>
<div class="toast-container position-fixed bottom-0 end-0"><div id="toast" class="toast" role="alert" aria-live="assertive" aria-atomic="true" data-bs-autohide="false"><div class="toast-header"><strong class="me-auto">Warehouse</strong><small>11 mins ago</small><button type="button" class="btn-close" data-bs-dismiss="toast" aria-label="Close"></button></div><div class="toast-body">Order 2 was shipped.</div></div></div>`;

for (const element of document.querySelectorAll('[data-bs-toggle=tooltip]')) new bootstrap.Tooltip(element);
for (const element of document.querySelectorAll('[data-bs-toggle=popover]')) new bootstrap.Popover(element);
document.getElementById('toaster').addEventListener('click', () => bootstrap.Toast.getOrCreateInstance('#toast').show());
