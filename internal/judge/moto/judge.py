"""Reads cases as JSON from standard input, runs each in moto's executor of state machines, and writes what became of them as JSON.

A case is {definition, input, replies}, as judge.mjs of the judge of ASL takes it. Of moto only two things are replaced: the clients by
which it calls other services, which play the replies, and its waiting.
"""

import io
import json
import sys
import threading
import time

ARN = "arn:aws:states:eu-west-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/judge"
PATIENCE = 30  # seconds for one execution


def canonical(value):
    return json.dumps(value, sort_keys=True)


def states(graph):
    """Gives each state with its name, those within others included."""
    for name, state in graph["States"].items():
        yield name, state
        inner = list(state.get("Branches", []))
        inner += [state[key] for key in ("ItemProcessor", "Iterator") if key in state]
        for other in inner:
            yield from states(other)


class Player:
    """Plays what tasks call."""

    def __init__(self, machine, replies):
        self.calls = []
        self.lock = threading.Lock()
        self.left = {}  # by what is called: [state, reply]
        for name, state in states(machine):
            if state["Type"] != "Task":
                continue
            called = state["Resource"]
            parameters = state.get("Parameters", {})
            for key in ("TopicArn", "QueueUrl", "StateMachineArn"):
                called = parameters.get(key, called)
            for reply in (replies or {}).get(name, []):
                self.left.setdefault(called, []).append((name, reply))

    def play(self, called, given):
        with self.lock:
            for at, (name, reply) in enumerate(self.left.get(called, [])):
                if canonical(reply["input"]) == canonical(given):
                    del self.left[called][at]
                    self.calls.append({"state": name, "input": given})
                    return reply
            self.calls.append({"state": called, "input": given})
            return {"error": "UnexpectedCall", "cause": canonical({"errorMessage": "no reply", "errorType": "UnexpectedCall"})}


class Client:
    """Stands for the client of a service."""

    def __init__(self, player):
        self.player = player

    def invoke(self, FunctionName, Payload, **_):
        given = json.loads(Payload) if isinstance(Payload, (str, bytes)) else Payload
        reply = self.player.play(FunctionName, given)
        if reply.get("error") == "States.Timeout":
            raise TimeoutError()
        if reply.get("error"):
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(reply["cause"].encode())}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(reply.get("output")).encode())}

    def sent(self, called, text):
        try:
            text = json.loads(text)
        except (TypeError, ValueError):
            pass
        if self.player.play(called, text).get("error"):
            raise RuntimeError("the message was not taken")
        return {"MessageId": "m1", "ResponseMetadata": {"HTTPStatusCode": 200}}

    def publish(self, TopicArn, Message, **_):
        return self.sent(TopicArn, Message)

    def send_message(self, QueueUrl, MessageBody, **_):
        return self.sent(QueueUrl, MessageBody)

    def start_execution(self, stateMachineArn, input="{}", **_):
        return self.sent(stateMachineArn, input)


def run(case):
    import boto3
    from moto import mock_aws
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function

    player = Player(json.loads(case["definition"]), case["replies"])
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "boto_client_for"):
            module.boto_client_for = lambda *_, **__: Client(player)
    retrier_decl.time = type("time", (), {"sleep": staticmethod(lambda _: None)})
    wait_function.WaitFunction._wait_interval = lambda *_, **__: None
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        machine = client.create_state_machine(name="judged", definition=case["definition"], roleArn=ROLE)["stateMachineArn"]
        execution = client.start_execution(stateMachineArn=machine, input=json.dumps(case["input"]))["executionArn"]
        began = time.time()
        while True:
            seen = client.describe_execution(executionArn=execution)
            if seen["status"] != "RUNNING":
                break
            if time.time() - began > PATIENCE:
                return {"error": "NoEnd", "calls": player.calls}
            time.sleep(0.02)
    outcome = {"calls": player.calls, "error": seen.get("error", ""), "cause": seen.get("cause", "")}
    if seen["status"] == "SUCCEEDED":
        try:
            outcome["output"] = json.loads(seen["output"])
        except ValueError:  # of a text moto leaves the quotes out
            outcome["output"] = seen["output"]
    elif seen["status"] == "TIMED_OUT":
        outcome["error"] = "States.Timeout"
    elif not outcome["error"]:
        outcome["error"] = seen["status"]
    return outcome


def run_or_tell(case):
    try:
        return run(case)
    except Exception as e:  # of moto, or of what it does not understand
        return {"error": type(e).__name__, "cause": str(e)}


import moto.stepfunctions.models  # noqa: E402
import moto.stepfunctions.parser.models  # noqa: E402, F401

json.dump([run_or_tell(c) for c in json.load(sys.stdin)], sys.stdout)
