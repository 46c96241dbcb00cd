"""The style that is added to the dashboard's page."""


def test_the_page_has_the_style_and_keeps_its_policy(client):
    answer = client.get("/dashboard")
    assert answer.status == 200
    assert "overflow-wrap:anywhere" in answer.body
    assert answer.body.rstrip().endswith("</html>")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    again = client.get("/dashboard", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert again.body == answer.body
