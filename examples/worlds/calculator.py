"""A tool server in plain Python: the Model Context Protocol is one JSON object a line, in and out.

innate play --world 'tools,data=examples/worlds/sums.jsonl:python3 examples/worlds/calculator.py'
"""
import json
import sys

TOOLS = [{
    "name": "add",
    "description": "Adds two numbers.",
    "inputSchema": {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
    },
}]


def text(words, failed=False):
    return {"content": [{"type": "text", "text": words}], "isError": failed}


def call(name, arguments):
    try:
        return text(str(arguments["a"] + arguments["b"]))
    except (KeyError, TypeError) as e:
        return text(f"add needs two numbers, a and b: {e}", failed=True)


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "calculator", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return call(params["name"], params.get("arguments", {}))
    if method == "ping":
        return {}
    return None


for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue  # a notification wants no answer
    result = answer(asked["method"], asked.get("params", {}))
    reply = {"jsonrpc": "2.0", "id": asked["id"]}
    if result is None:
        reply["error"] = {"code": -32601, "message": f"no method {asked['method']}"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)
