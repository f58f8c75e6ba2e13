using Innate.Tests.Support;

namespace Innate.Tests.Server;

/// <summary>
/// What the trainers' files say of a server that is not the one they were written for: one sentence of theirs, never an error
/// of Python's, and no waiting where waiting cannot help.
/// </summary>
public sealed class IntegrationReplyTests
{
    private static readonly string Folder = Path.Combine(Places.Repository, "integrations");

    // A server that answers what the test puts into `replies`: (status, bytes or JSON); the last one for ever.
    private const string Fake = """
        import asyncio, http.server, json, os, sys, threading
        from types import SimpleNamespace as Object

        replies, asked = [], []
        class Fake(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                status, body = replies.pop(0) if len(replies) > 1 else replies[0]
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Retry-After", "0")
                self.end_headers()
                self.wfile.write(data)
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()
            def log_message(self, *arguments):
                pass
        fake = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fake)
        threading.Thread(target=fake.serve_forever, daemon=True).start()
        os.environ["INNATE_URL"] = url = f"http://127.0.0.1:{fake.server_address[1]}"

        import innate_trl, innate_verl, innate_openrlhf, innate_slime, innate_llamafactory
        files = [innate_trl, innate_verl, innate_openrlhf, innate_slime, innate_llamafactory]
        health = (200, {"status": "ok", "version": innate_trl.VERSION})

        def told(call, *answers):
            replies[:] = answers
            innate_verl._server = innate_openrlhf._server = innate_slime._server = None
            try:
                print(json.dumps(call()))
            except tuple(file.InnateError for file in files) as error:
                print(str(error).replace(url, "URL"))

        trl = lambda: innate_trl.InnateReward()(["a", "a"], ["b", "c"])
        verl = lambda: innate_verl.compute_score("", "b", "", {"prompt": "a"})
        openrlhf = lambda: [list(map(float, v)) for v in innate_openrlhf.reward_func(["ab"], ["a"], [""]).values() if v]
        slime = lambda: asyncio.run(innate_slime.custom_rm(Object(), Object(prompt="a", response="b", label="")))
        factory = lambda: innate_llamafactory.scores(["ab"], innate_llamafactory.Innate())

        def logged():
            state = Object(global_step=50, log_history=[])
            innate_trl.InnateCallback([{}, {}]).on_step_end(Object(output_dir="."), state, Object())
            return state.log_history


        """;

    [PythonFact]
    public async Task A_reply_of_another_shape_is_told_with_its_place_and_what_was_found()
    {
        string[] found = await Told("""
            told(trl, health, (200, {"rows": [{"reward": 1.5}, {"error": "nothing to score", "index": 1}]}))
            told(trl, health, (200, {"rewards": [1, 2]}))
            told(trl, health, (200, [1, 2]))
            told(trl, health, (200, {"rows": [{"reward": 1}]}))
            told(trl, health, (200, {"rows": [{"reward": 1}, {"reward": "2"}]}))
            told(trl, health, (200, {"rows": [{"reward": 1}, 2]}))
            told(trl, health, (200, b"<html>\nhello"))
            told(trl, health, (200, b""))
            told(trl, health, (200, b"[" * 100000))
            told(logged, health, (200, {"rows": [{"rewards": [1, 2]}, {"reward": 3}]}))
            told(logged, health, (200, {"rows": [{"rewards": []}, {"reward": 3}]}))
            told(logged, health, (200, {"rows": [{"reward": 3}, {"error": "no response"}]}))
            told(lambda: innate_trl.InnateCallback([]))
            """);
        Assert.Equal(
            [
                "[1.5, null]",
                Shape("/v1/rewards", "an object with \"rows\"", "{\"rewards\": [1, 2]}"),
                Shape("/v1/rewards", "an object", "[1, 2]"),
                Shape("/v1/rewards", "an array of 2 as rows", "[{\"reward\": 1}]"),
                Shape("/v1/rewards", "a finite number as rows[1].reward", "\"2\""),
                Shape("/v1/rewards", "an object as rows[1]", "2"),
                Shape("/v1/rewards", "JSON", "<html> hello"),
                Shape("/v1/rewards", "JSON", "nothing"),
                Shape("/v1/rewards", "JSON", new string('[', 77) + "..."),
                "[{\"step\": 50, \"innate/mean_reward\": 2.0}]",
                Shape("/v1/rewards", "a full array as rows[0].rewards", "[]"),
                "InnateCallback: row 1: no response",
                "InnateCallback: expected a row or more and every=1 or more, found none or less",
            ],
            found);
    }

    [PythonFact]
    public async Task Every_trainers_file_reads_its_own_dialect_with_the_same_care()
    {
        string[] found = await Told("""
            told(verl, health, (200, {"reward": 1.5}))
            told(verl, health, (200, {"reward": None}))
            told(openrlhf, health, (200, {"rewards": [1], "scores": [0.5], "extra_logs": {}}))
            told(openrlhf, health, (200, {"rewards": [1, 2], "scores": [0.5], "extra_logs": {}}))
            told(openrlhf, health, (200, {"rewards": [1], "scores": [float("nan")], "extra_logs": {}}))
            told(openrlhf, health, (200, {"rewards": [1], "scores": [0.5], "extra_logs": [1]}))
            told(openrlhf, health, (200, {"rewards": [1], "scores": [0.5], "extra_logs": {"entropy": [True]}}))
            told(slime, health, (200, 1.5))
            told(slime, health, (200, {"reward": 1.5}))
            told(slime, health, (200, 10**400))
            told(factory, health, (200, {"scores": [1.5]}))
            told(factory, health, (200, {"scores": []}))
            """);
        Assert.Equal(
            [
                "1.5",
                Shape("/v1/rewards", "a finite number as reward", "null"),
                "[[1.0], [0.5]]",
                Shape("/get_reward", "an array of 1 as rewards", "[1, 2]"),
                Shape("/get_reward", "a finite number as scores[0]", "NaN"),
                Shape("/get_reward", "an object as extra_logs", "[1]"),
                Shape("/get_reward", "a finite number as extra_logs.entropy[0]", "true"),
                "1.5",
                Shape("/slime", "a finite number", "{\"reward\": 1.5}"),
                Shape("/slime", "a finite number", "1" + new string('0', 76) + "..."),
                "[1.5]",
                Shape("/llama-factory", "an array of 1 as scores", "[]"),
            ],
            found);
    }

    [PythonFact]
    public async Task A_health_that_is_none_of_ours_is_told_as_one()
    {
        string[] found = await Told("""
            told(trl, (200, b""))
            told(trl, (200, ["ok"]))
            told(trl, (200, {"status": "ok", "version": 3}))
            told(trl, (200, {"status": "pass"}))
            """);
        string unknown = $"URL is Innate of no known version and this file is of {Sessions.ModelFingerprint.Version}: take both ";
        Assert.Equal([Shape("/health", "JSON", "nothing"), Shape("/health", "an object", "[\"ok\"]")], found[..2]);
        Assert.All(found[2..], sentence => Assert.StartsWith(unknown, sentence, StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task A_busy_server_is_not_called_absent_and_what_a_refusal_says_is_passed_on()
    {
        string[] found = await Told("""
            patient = lambda: innate_trl.InnateReward(server=innate_trl.Innate(tries=2, pause=0.01))(["a"], ["b"])
            told(patient, health, (429, {"error": {"message": "the queue is full"}}))
            told(patient, health, (504, {"error": {"message": "the request's time is over"}}))
            told(patient, health, (503, b"down"))
            told(patient, health, (400, {"success": False, "message": "no such\nfolder"}))
            told(patient, health, (400, {"error": {"message": {"a": 1}}}))
            """);
        Assert.Equal(
            [
                "URL/v1/rewards is busy: it answered 429 in the last of 2 tries (the queue is full): ask less at once, or serve "
                + "with a longer --queue",
                "URL/v1/rewards is too slow: it answered 504 in the last of 2 tries (the request's time is over): ask less at "
                + "once, or serve with a longer --deadline",
                "URL/v1/rewards is not ready: it answered 503 in the last of 2 tries (Service Unavailable): ask again when it "
                + "is, and see what its log says",
                "URL/v1/rewards answered 400: no such folder",
                "URL/v1/rewards answered 400: Bad Request",
            ],
            found);
    }

    [PythonFact]
    public async Task An_address_a_key_and_a_body_that_cannot_be_sent_are_refused_before_anything_is_asked()
    {
        string[] found = await Told("""
            for bad in ["127.0.0.1:8080", "ftp://host", "http://", "http://host:port", "http://host:0", "http://host/ x",
                        "http://host?x=1", "http://h\u00f6st", "http://[::1", "http://me:secret@host"]:
                os.environ["INNATE_URL"] = bad
                for file in files:
                    told(file.Innate, health)
            os.environ["INNATE_URL"] = url + "/"
            for key in ["ses\name", "s\u00e9same"]:
                os.environ["INNATE_API_KEY"] = key
                told(trl, health)
            os.environ["INNATE_API_KEY"] = " sesame\n"
            told(lambda: innate_trl.Innate().key, health)
            assert asked == []
            told(lambda: innate_trl.InnateReward()([{"role"}], ["b"]), health)
            print(len(asked))
            """);
        Assert.Equal(10 * 5, found.Count(f => f.StartsWith(
            "INNATE_URL: expected a server's address such as http://127.0.0.1:8080, found ", StringComparison.Ordinal)));
        Assert.EndsWith("found \"...@host\"", found[49], StringComparison.Ordinal);
        const string Key =
            "INNATE_API_KEY: expected characters of ASCII, found a key with others, or with lines, in it";
        Assert.Equal(
            [
                Key, Key, "\"sesame\"",
                "/v1/rewards is asked in JSON, and what it was to be asked is none: Object of type set is not JSON "
                + "serializable",
                "1",
            ],
            found[50..]);
    }

    private static string Shape(string path, string expected, string found) =>
        $"URL{path} answered in another form than Innate {Sessions.ModelFingerprint.Version} does: expected {expected}, found "
        + $"{found}: set INNATE_URL to what `innate serve` prints";

    private static async Task<string[]> Told(string script) =>
        (await PythonScript.Run(Fake + script, Folder, ("INNATE_API_KEY", ""))).Split('\n');
}
