"""What the tests share: the server under test, the clients that call it, and requests made by hand."""
