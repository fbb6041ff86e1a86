from __future__ import annotations

import os
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.store.planfile import refuse_foreign


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="no plan file"):
        refuse_foreign(tmp_path / "pipe")
