using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Innate.Tests.Server;

/// <summary>What a server on a network must stand: strangers, nonsense, and pages of other sites.</summary>
public sealed class SafetyTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private string[] Posts =>
        [.. Server.Routes.Where(r => r.Method == "POST" && r.Path is not ("/v1/reload" or "/update_weights_from_disk"))
            .Select(r => r.Path)];

    private RunningServer Server => tiny.Server;

    [Fact]
    public async Task Without_the_key_nothing_but_health_answers()
    {
        await using RunningServer server = await RunningServer.Start(o => o with { ApiKeys = ["sesame", "second"] });
        IEnumerable<string> paths = [.. server.Routes.Select(r => r.Path).Distinct(), "/nowhere", "/v1", "/health/x", "/healthz",
            "//health", "/HEALTH"];
        string?[] headers = [null, "", "Bearer", "Bearer ", "Bearer sesam", "Bearer sesame2", "Bearer  x", "Basic sesame",
            "sesame"];
        foreach (string path in paths)
        {
            foreach (string? header in headers)
            {
                foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
                {
                    using HttpRequestMessage request = new(method, server.Address.GetLeftPart(UriPartial.Authority) + path);
                    if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
                    using HttpResponseMessage reply = await server.Client.SendAsync(request);
                    if (path == "/health") Assert.NotEqual(HttpStatusCode.Unauthorized, reply.StatusCode);
                    else
                    {
                        Assert.True(reply.StatusCode == HttpStatusCode.Unauthorized,
                            $"{method} {path} with '{header}': {reply.StatusCode}");
                    }

                    // Nor does it tell which model is served.
                    Assert.False(reply.Headers.Contains("X-Innate-Fingerprint"), $"{method} {path}");
                    Assert.DoesNotContain("fingerprint", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                }
            }
        }

        foreach (string key in new[] { "sesame", "second" })
        {
            Reply good = await server.Post(
                "/v1/rewards", """{"prompt":"a","response":"b"}""", ("Authorization", $"Bearer {key}"));
            Assert.Equal(HttpStatusCode.OK, good.Status);
        }
    }

    [Fact]
    public async Task A_page_of_another_site_is_not_answered()
    {
        const string Row = """{"prompt":"a","response":"b"}""";
        Assert.Equal(HttpStatusCode.Forbidden,
            (await Server.Post("/v1/rewards", Row, ("Origin", "https://evil.example"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Server.Post("/v1/rewards", Row, ("Host", "evil.example:80"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Server.Post("/v1/rewards", Row, ("Origin", "null"))).Status);
        string own = Server.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.OK, (await Server.Post("/v1/rewards", Row, ("Origin", own))).Status);
        Assert.Equal(
            HttpStatusCode.OK, (await Server.Post("/v1/rewards", Row, ("Host", $"localhost:{Server.Address.Port}"))).Status);
    }

    [Fact]
    public async Task A_thousand_malformed_bodies_get_sentences_and_leave_nothing_behind()
    {
        List<(string Path, byte[] Body)> all = [.. Malformed(1100)];
        foreach ((string path, byte[] body) in all.Take(100)) await Check(path, body);
        long before = Held();
        foreach ((string, byte[])[] some in all.Skip(100).Chunk(8)) await Task.WhenAll(some.Select(x => Check(x.Item1, x.Item2)));
        long grown = Held() - before;
        Assert.True(grown < 16 << 20, string.Create(CultureInfo.InvariantCulture, $"{grown} bytes more are held"));
        Assert.Empty(Server.Log);
        Assert.Equal(HttpStatusCode.OK, (await Server.Post("/v1/rewards", """{"prompt":"a","response":"b"}""")).Status);

        static long Held()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_before_it_is_read()
    {
        await using RunningServer server = await RunningServer.Start(o => o with { MaxBodyBytes = 1000 });
        Reply reply = await server.Post("/v1/rewards", new string(' ', 2000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
        Assert.Equal("the body is larger than 1000 bytes", reply.Error);
    }

    [Fact]
    public async Task What_is_no_HTTP_at_all_does_not_disturb()
    {
        foreach (string line in new[] { "\0\0\0\0\r\n\r\n", "POST /v1/rewards HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n" })
        {
            using TcpClient client = new();
            await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line));
            using StreamReader reader = new(stream);
            string answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Matches("^(HTTP/1.1 [45]|$)", answer);
            Assert.DoesNotContain(" at Innate", answer, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await Server.Get("/health")).Status);
    }

    private async Task Check(string path, byte[] body)
    {
        Reply reply = await Server.Post(path, body);
        string shown = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)));

        // A row of nonsense among rows is an error in its place; no other malformed body may get an answer with a number.
        Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.OK, $"{path}: {reply.Status} for {shown}");
        if (reply.Status == HttpStatusCode.BadRequest) Assert.DoesNotContain('\n', reply.Error);
        Assert.DoesNotContain("   at ", reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", reply.Body, StringComparison.Ordinal);
        Assert.True(reply.Body.Length < 4000 + (body.Length * 2), $"{path}: a reply of {reply.Body.Length} for {shown}");
    }

    private IEnumerable<(string Path, byte[] Body)> Malformed(int count)
    {
        string[] good =
        [
            """{"prompt":"What?","responses":["a","b"],"gamma":0.5,"traces":true}""",
            """{"rows":[{"prompt_ids":[1,2],"response_ids":[3]},{"prompt":"a","chosen":"b","rejected":"c"}]}""",
            """{"query":["ab"],"prompts":["a"],"labels":[null]}""",
            """{"prompt":[[1,2,3]],"max_tokens":1,"logprobs":1,"echo":true,"temperature":0,"stop":["x"],"seed":3}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"max_tokens":2,"stream":false}""",
            """{"input_ids":[1,2],"sampling_params":{"max_new_tokens":1},"return_logprob":true,"logprob_start_len":0}""",
            """{"input":"ab","use_activation":true}""", """{"text_1":"a","text_2":["b","c"]}""", """{"tokens":[1,2,3]}""",
        ];
        string[] values =
        [
            "null", "true", "-1", "1e999", "-1e-999", "12345678901234567890123456789", "0.1", "\"\"", "\"\\ud800\"",
                "\"\\u0000\"", "{}", "[]",
            "[[]]", "[null]", "{\"a\":{\"a\":[]}}", new string('9', 5000), $"\"{new string('x', 20000)}\"",
            $"[{string.Join(',', Enumerable.Repeat("1", 20000))}]", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 5000))}]",
            new string('[', 500) + new string(']', 500),
            string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200),
        ];
        byte[][] bytes = [[], [0xff, 0xfe], "{\"prompt\":\"\xc3\x28\"}"u8.ToArray(),
            [.. "{\"prompt\":\""u8, 0xc3, 0x28, .. "\"}"u8], "\0\0\0"u8.ToArray(), [0xef, 0xbb, 0xbf, .. "{}"u8]];
        Random random = new(7);
        string Any() => FuzzedJson.Sample(random);
        for (int i = 0; i < count; i++)
        {
            string path = Posts[i % Posts.Length], body = good[random.Next(good.Length)];
            yield return (i % 7) switch
            {
                0 => (path, bytes[random.Next(bytes.Length)]),
                1 => (path, Encoding.UTF8.GetBytes(body[..random.Next(body.Length)])),
                2 => (path, Encoding.UTF8.GetBytes(Any())),
                3 => (path, Encoding.UTF8.GetBytes(Replace(body, values[random.Next(values.Length)], random))),
                4 => (path, Flip(Encoding.UTF8.GetBytes(body), random)),
                5 => (path, Encoding.UTF8.GetBytes($"[{body},{body}]")),
                _ => (path, Encoding.UTF8.GetBytes(values[random.Next(values.Length)])),
            };
        }
    }

    // Another value for one of a body's fields.
    private static string Replace(string body, string value, Random random)
    {
        System.Text.Json.Nodes.JsonObject json = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();
        string[] names = [.. json.Select(p => p.Key)];
        string name = names[random.Next(names.Length)];
        return "{" + string.Join(
            ',', json.Select(p => $"\"{p.Key}\":{(p.Key == name ? value : p.Value?.ToJsonString() ?? "null")}")) + "}";
    }

    private static byte[] Flip(byte[] body, Random random)
    {
        for (int i = 0; i < 3; i++) body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        return body;
    }

    /// <summary>JSON of any shape under the names that requests have.</summary>
    private static class FuzzedJson
    {
        private static readonly string[] Names =
            ["prompt", "rows", "response", "responses", "messages", "query", "prompts", "input", "text_1", "text_2", "tokens",
                "stop", "n", "max_tokens", "logprobs", "reward", "x"];

        public static string Sample(Random random, int depth = 0) => random.Next(depth > 3 ? 5 : 7) switch
        {
            0 => "null",
            1 => random.Next(2) == 0 ? "true" : "false",
            2 => ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300))).ToString("R", CultureInfo.InvariantCulture),
            3 => random.Next(-5, 600).ToString(CultureInfo.InvariantCulture),
            4 => System.Text.Json.JsonSerializer.Serialize(
                new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => (char)random.Next(1, 0xd7ff))])),
            5 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Sample(random, depth + 1)))}]",
            _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Sample(random, depth + 1)}"))}}}",
        };
    }
}
