"""Uploads are served as downloads, so that none runs as a page of the dashboard."""

import base64
import json

import pytest

from reports.dashboard.artifacts import artifact_folder


@pytest.mark.parametrize(
    "name", ["page.html", "page.svg", "page.xml", "script.js", "model.safetensors"]
)
def test_an_upload_that_could_run_is_a_download(client, attached, name):
    answer = client.get(attached(name, "<script>alert(1)</script>"))
    assert answer.status == 200
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_picture_stays_one_to_the_page(client, attached):
    answer = client.get(attached("face.png", "not really"))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "attachment"


def test_what_a_browser_uploads_is_a_download_too(client, study):
    trial = study.ask()
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    path = f"{study._study_id}/{trial._trial_id}"
    uploaded = client.get(
        f"/api/artifacts/{path}",
        "POST",
        {"file": f"data:text/html;base64,{data}", "filename": "page.html"},
    )
    assert uploaded.status == 201
    answer = client.get(f"/artifacts/{path}/{json.loads(uploaded.body)['artifact_id']}")
    assert answer.body == "<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_artifact_that_is_on_another_machine_is_not_found(client, attached, study):
    path = attached("recipe.toml", "")
    (artifact_folder(study.opened) / path.rpartition("/")[2]).unlink()
    assert client.get(path).status == 404
