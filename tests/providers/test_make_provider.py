import subprocess
import sys

import pytest

from providers import known_providers, make_provider, provider_defaults
from providers.errors import ProviderSetupError
from tests.providers.builders import Memory, make_config, now


def test_the_installed_adapters_are_known() -> None:
    assert set(known_providers()) >= {"i3dnet", "lineworks", "softwareone"}


def test_an_unknown_provider_is_a_sentence_with_the_nearest() -> None:
    with pytest.raises(ProviderSetupError) as caught:
        provider_defaults("i3d")
    assert str(caught.value) == (
        'There is no provider "i3d"; there is i3dnet, lineworks, softwareone.'
        " Did you mean i3dnet?"
    )


@pytest.mark.parametrize("name", ["i3dnet", "lineworks", "softwareone"])
async def test_an_adapter_is_made_from_its_configuration(name: str) -> None:
    provider = make_provider(make_config(name), now=now, vault=Memory())
    assert provider.config.provider == name
    assert provider.requests == 0
    assert "s3cret" not in repr(provider.reading)
    await provider.aclose()


def test_loading_one_adapter_loads_no_other() -> None:
    program = (
        "import sys, providers; providers.provider_defaults('i3dnet');"
        "print([m for m in sys.modules if 'lineworks' in m or 'softwareone' in m])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
