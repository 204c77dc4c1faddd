"""The native plugin under the real Pulumi CLI: programs in YAML, TypeScript and Go.

The programs and the command that installs the plugin are those of docs/howto/languages.md.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from havip import api

if TYPE_CHECKING:
    from tests.pulumi.conftest import Cli

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto/languages.md").read_text()
SETTINGS = "name: web\nruntime:\n  name: {}\n{}"
BINARY = "  options:\n    binary: shop\n"
PACKAGE = {
    "name": "web",
    "main": "index.ts",
    "dependencies": {"@pulumi/pulumi": "^3"},
    "devDependencies": {"typescript": "^5", "@types/node": "^20"},
}
GO_SDK = ("github.com/pulumi/pulumi/sdk/v3", "v3.256.0")
"""Named, since the newest one may need what a mirror of modules does not have yet."""
COMPILER = {"strict": True, "target": "es2020", "module": "commonjs", "moduleResolution": "node"}
pytestmark = pytest.mark.pulumi_cli


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is not on PATH, and say which."""
    absent = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(absent), reason=f"not on PATH: {', '.join(absent)}")


YAML = needs("pulumi", "pulumi-language-yaml")
TYPESCRIPT = needs("pulumi", "pulumi-language-nodejs", "node", "npm")
GO = needs("pulumi", "pulumi-language-go", "go")


def block(language: str) -> str:
    """Return the page's program in a language."""
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def install(stack: Any) -> None:
    """Install the plugin for Pulumi, as the page says, and forbid it to look elsewhere."""
    [command] = re.findall(r"^\$ (pulumi plugin install .*)$", PAGE, re.MULTILINE)
    stack.call("sh", "-c", command)
    stack.cli.environment["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "true"


def havips(cli: Cli) -> list[Any]:
    return list(cli.client.send(api.DescribeHaVips()).ha_vip_set)


def outputs(stack: Any) -> dict[str, str]:
    text = stack.run("stack", "output", "--json")
    return dict(json.loads(text[text.index("{") : text.rindex("}") + 1]))


def lives_and_goes(stack: Any) -> None:
    """Deploy, check that a preview has no changes, and destroy."""
    stack.up()
    assert outputs(stack) == {"address": "172.17.16.3", "state": "UNBIND"}
    stack.unchanged()
    stack.run("destroy", "--yes", "--skip-preview")
    assert havips(stack.cli) == []


@YAML
def test_a_yaml_program_deploys_as_it_stands(cli: Cli) -> None:
    stack = cli.project_of("web", {"Pulumi.yaml": block("yaml")})
    stack.up()
    assert [row.vip for row in havips(cli)] == ["172.17.16.3"]
    stack.run("destroy", "--yes", "--skip-preview")
    assert havips(cli) == []


@pytest.mark.soak
@YAML
def test_a_yaml_stack_goes_through_its_life_cycle(cli: Cli) -> None:
    text = block("yaml").replace("vip: 172.17.16.3", "vip: ${vip}\n      name: ${label}")
    config = "config:\n  vip: {default: 172.17.16.3}\n  label: {default: web}\nresources:"
    stack = cli.project_of("web", {"Pulumi.yaml": text.replace("resources:", config, 1)})
    install(stack)
    for key, value in (("secretId", "AKIDEXAMPLE"), ("secretKey", "SECRETEXAMPLE")):
        stack.run("config", "set", "--plaintext", f"havip:{key}", value)
    assert "+ 4 to create" in stack.run("preview")
    stack.up()
    stack.unchanged()
    assert not re.search("AKIDEXAMPLE|SECRETEXAMPLE", stack.state())
    # Updated in place, then changed behind its back, seen by a refresh and repaired.
    stack.run("config", "set", "label", "shop")
    assert "1 updated" in stack.up()
    [row] = havips(cli)
    assert row.ha_vip_name == "shop"
    cli.client.send(api.ModifyHaVipAttribute(ha_vip_id=row.ha_vip_id, ha_vip_name="x"))
    assert "~ 1 updated" in stack.run("refresh", "--yes", "--skip-preview")
    assert "1 updated" in stack.up()
    assert [row.ha_vip_name for row in havips(cli)] == ["shop"]
    # Another address is another HAVIP.
    stack.run("config", "set", "vip", "172.17.16.4")
    assert "1 replaced" in stack.up()
    assert outputs(stack) == {"address": "172.17.16.4", "state": "UNBIND"}
    # Imported, as YAML to paste; and refused in the words of the schema.
    imported = stack.run("import", "havip:index:Vpc", "other", stack.ids()["Vpc"], "--yes")
    assert "cidrBlock: 172.17.0.0/16" in imported
    urn = "urn:pulumi:dev::web::havip:index:Vpc::other"
    stack.run("state", "delete", urn, "--yes", "--force")
    stack.run("destroy", "--yes", "--skip-preview")
    assert cli.client.send(api.DescribeVpcs()).vpc_set == []


@YAML
@pytest.mark.soak
def test_a_plugin_in_a_folder_that_the_project_names(cli: Cli) -> None:
    plugins = "plugins: {providers: [{name: havip, path: ../bin}]}\nresources:"
    text = block("yaml").replace("resources:", plugins, 1)
    stack = cli.project_of("web", {"Pulumi.yaml": text})
    assert "$PATH" not in stack.run("preview")


@pytest.mark.soak
@TYPESCRIPT
def test_a_typescript_program_is_checked_and_deploys(cli: Cli) -> None:
    stack = cli.project_of(
        "web",
        {
            "Pulumi.yaml": SETTINGS.format("nodejs", ""),
            "package.json": json.dumps(PACKAGE),
            "tsconfig.json": json.dumps({"compilerOptions": COMPILER, "files": ["index.ts"]}),
            "index.ts": block("typescript"),
        },
    )
    reachable(stack, "npm", "view", "@pulumi/pulumi", "version")
    install(stack)
    stack.run("package", "add", "havip")
    stack.call("npx", "tsc", "--noEmit", "-p", ".")
    index = stack.folder / "index.ts"
    right = index.read_text()
    index.write_text(right.replace("checkAssociate: true", 'checkAssociate: "yes"'))
    assert "not assignable to type" in stack.call("npx", "tsc", "--noEmit", "-p", ".", ok=False)
    index.write_text(right)
    lives_and_goes(stack)


@pytest.mark.soak
@GO
def test_a_go_program_is_built_and_deploys(cli: Cli) -> None:
    stack = cli.project_of(
        "web",
        {
            "Pulumi.yaml": SETTINGS.format("go", BINARY),
            "go.mod": f"module web\n\ngo 1.25\n\nrequire {' '.join(GO_SDK)}\n",
            "main.go": block("go"),
        },
    )
    install(stack)
    reachable(stack, "go", "mod", "download", "@".join(GO_SDK))
    stack.run("package", "add", "havip")
    stack.call("go", "vet", ".")
    stack.call("go", "build", "-o", "shop", ".")
    lives_and_goes(stack)


def reachable(stack: Any, *command: str) -> None:
    """Skip where the registry that a language's packages come from cannot be asked."""
    try:
        stack.call(*command)
    except AssertionError:
        pytest.skip(f"no answer from the registry: {' '.join(command)}")
