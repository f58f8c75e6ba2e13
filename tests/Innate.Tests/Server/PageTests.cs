using System.Globalization;
using System.Net;
using System.Text.Json;
using Innate.Tests.Support;
using Microsoft.Playwright;

namespace Innate.Tests.Server;

/// <summary>The page at <c>/</c>, as people use it: in a real browser, on a real server of the model inside.</summary>
public sealed class PageTests(Browser browser, TinyServer tiny) : IClassFixture<Browser>, IClassFixture<TinyServer>
{
    private const string Eggs = "There are 72 eggs in the box and 89 on the table. How many eggs are there in all?";

    private static readonly string[] TokenNumbers = ["reward", "q", "v", "v_next", "logprob", "entropy", "self_certainty"];

    private RunningServer Server => tiny.Server;

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task The_page_is_for_everybody_before_and_after_a_ranking(bool dark, int width)
    {
        await using BrowserPage page = await browser.OpenAsync(Server.Address.ToString(), dark, width);
        await page.AssertAccessibleAsync();
        await RankExampleAsync(page, "eggs");
        await page.AssertAccessibleAsync();
    }

    [BrowserFact]
    public async Task An_example_is_ranked_and_each_token_tells_the_api_s_numbers()
    {
        await using BrowserPage page = await OpenAsync();
        await RankExampleAsync(page, "eggs");
        JsonElement reply = await AskAsync("endogenous");
        double[] rewards = [.. reply.GetProperty("rewards").EnumerateArray().Select(x => x.GetDouble())];
        Assert.Equal(rewards.OrderDescending(), await RewardsAsync(page));
        string[] places = [.. await page.Page.Locator("#ranking .who").AllTextContentsAsync()];
        Assert.Equal(rewards.Index().OrderByDescending(r => r.Item).Select(r => $"response {r.Index + 1}"), places);
        string margin = (await page["#ranking li:nth-child(4) .margin"].TextContentAsync())!.Split(' ')[0].Replace('−', '-');
        Assert.Equal(
            rewards.Min() - rewards.Max(), double.Parse(margin, System.Globalization.CultureInfo.InvariantCulture), 3);

        // By log pi a slip stands out, of one sign: nothing is much likelier than what is certain.
        Assert.Equal("response 3", places[0]);
        Assert.Equal("logprob", await page["#colour"].InputValueAsync());
        const string Warm = "rgba(33, 102, 172, 0.", Cold = "rgba(178, 24, 43, 0.", None = "rgba(0, 0, 0, 0)";
        string[] colours = await ColoursAsync();
        Assert.Contains(colours, c => c.StartsWith(Cold, StringComparison.Ordinal));
        Assert.DoesNotContain(colours, c => c.StartsWith(Warm, StringComparison.Ordinal));
        Assert.Contains(None, colours);

        // By the reward on request: colours of one scale, of both signs, and none.
        await page["#colour"].SelectOptionAsync("reward");
        colours = await ColoursAsync();
        Assert.Contains(colours, c => c.StartsWith(Warm, StringComparison.Ordinal));
        Assert.Contains(colours, c => c.StartsWith(Cold, StringComparison.Ordinal));
        Assert.Contains(None, colours);

        async Task<string[]> ColoursAsync() => await page.Page.Locator("#ranking [data-token]")
            .EvaluateAllAsync<string[]>("tokens => tokens.map(t => getComputedStyle(t).backgroundColor)");

        for (int token = 0; token < 45; token += 11)
        {
            await page[$"#ranking li:nth-child(1) [data-token='{token}']"].HoverAsync();
            await AssertReadingAsync(page, reply.GetProperty("traces")[2], token);
        }

        AssertQuiet(page);
    }

    [BrowserFact]
    public async Task Another_reward_ranks_again_and_loses_nothing_that_was_written()
    {
        await using BrowserPage page = await OpenAsync();
        await RankExampleAsync(page, "eggs");
        double[] endogenous = await RewardsAsync(page);
        await RankingAsync(page, () => page["#reward"].SelectOptionAsync("mean-log-likelihood"));
        double[] mean = await RewardsAsync(page);
        Assert.NotEqual(endogenous, mean);
        Assert.Equal(Rewards(await AskAsync("mean-log-likelihood")).OrderDescending(), mean);
        Assert.Equal(0, await page.Page.Locator("#parameters input").CountAsync());
        Assert.Equal(Eggs, await page["#prompt"].InputValueAsync());

        await RankingAsync(page, () => page["#reward"].SelectOptionAsync("endogenous"));
        await RankingAsync(page, async () =>
        {
            await page["#parameter-alpha"].FillAsync("2.5");
            await page["#parameter-alpha"].PressAsync("Tab");
        });
        Assert.Equal(Rewards(await AskAsync("endogenous", ""","alpha":2.5""")).OrderDescending(), await RewardsAsync(page));
        await page["#parameter-gamma"].FillAsync("7");
        await page["#parameter-gamma"].PressAsync("Tab");
        await SaysAsync(page, "#parameters-error", "gamma: expected a number from 0 to 1.");
        AssertQuiet(page);
    }

    [BrowserFact]
    public async Task What_is_missing_is_said_beside_its_field()
    {
        await using BrowserPage page = await OpenAsync();
        await page["#response-1"].FillAsync("4");
        await page["#go"].ClickAsync();
        await SaysAsync(page, "#prompt-error", "Write a prompt: a response is rewarded as an answer to one.");
        await SaysAsync(page, "#response-2-error", "Write this response, or remove it.");
        Assert.Equal("prompt", await FocusedAsync(page));
        Assert.Equal("prompt-error", await page["[aria-invalid=true]"].GetAttributeAsync("aria-describedby"));

        await page["#prompt"].FillAsync("What is 9 - 5?");
        await SaysAsync(page, "#prompt-error", "");
        await page["[aria-label='Remove Response 2']"].ClickAsync();
        await page["[aria-label='Remove Response 1']"].ClickAsync();
        await page["#go"].ClickAsync();
        await SaysAsync(page, "#responses-error", "Add at least one response.");
        Assert.False(await page["#outcome"].IsVisibleAsync());
        AssertQuiet(page);

        // Too long for the model: the server says so of the row, the page finds the response.
        await page["#add"].ClickAsync();
        await page["#response-1"].FillAsync("4");
        await page["#add"].ClickAsync();
        await page["#response-2"].FillAsync(string.Concat(Enumerable.Repeat("7 ", 600)));
        await page["#go"].ClickAsync();
        await Assertions.Expect(page["#response-2-error"]).ToContainTextAsync("more than the model's context of 512.");
        await SaysAsync(page, "#response-1-error", "");
    }

    [BrowserFact]
    public async Task The_keyboard_alone_goes_all_the_way()
    {
        await using BrowserPage page = await OpenAsync();
        IKeyboard keys = page.Page.Keyboard;
        await TabToAsync(page, "prompt");
        await keys.TypeAsync("What is 47 + 85?");
        await TabToAsync(page, "response-1");
        await keys.TypeAsync("122");
        await TabToAsync(page, "response-2");
        await keys.TypeAsync("132");
        await RankingAsync(page, () => keys.PressAsync("Control+Enter"));
        Assert.Equal("response-2", await FocusedAsync(page));

        await TabToAsync(page, "token 0 of 1");
        await keys.PressAsync("ArrowRight");
        Assert.Equal("token 1 of 1", await FocusedAsync(page));
        await keys.PressAsync("ArrowDown");
        Assert.Equal("token 1 of 0", await FocusedAsync(page));
        Reply reply = await Server.Post(
            "/v1/rewards", """{"prompt":"What is 47 + 85?","responses":["122","132"],"traces":true}""");
        await AssertReadingAsync(page, reply.Json.GetProperty("traces")[0], 1);
        Assert.NotEqual("none", await page.StyleAsync("[data-token]:focus-visible", "outline-style"));

        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("Shift+Tab");
        await page["#tab-rank"].FocusAsync();
        await keys.PressAsync("ArrowRight");
        Assert.Equal("tab-live", await FocusedAsync(page));
        Assert.True(await page["#live"].IsVisibleAsync());
        Assert.False(await page["#rank"].IsVisibleAsync());
        await keys.PressAsync("Home");
        Assert.Equal("132", await page["#response-2"].InputValueAsync());
        AssertQuiet(page);
    }

    [BrowserFact]
    public async Task Text_that_would_be_markup_stays_text()
    {
        const string Strange = "<img src=x onerror=\"ran=1\"></textarea><script>ran=1</script>' && echo $(ran)";
        await using BrowserPage page = await OpenAsync();
        await page["#prompt"].FillAsync(Strange);
        await page["#system"].FillAsync(Strange);
        await page["#response-1"].FillAsync(Strange);
        await page["#response-2"].FillAsync("It is 4.");
        await RankingAsync(page, () => page["#go"].ClickAsync());
        await page["#rows summary"].ClickAsync();
        string shown = string.Concat(await page.Page.Locator("#ranking .tokens").AllTextContentsAsync());
        Assert.Contains(Strange, shown, StringComparison.Ordinal);
        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
        Assert.Equal("undefined", await page.Page.EvaluateAsync<string>("typeof window.ran"));
        AssertQuiet(page);

        // The policy is the second wall: markup that came in all the same would run nothing.
        await page["#empty"].EvaluateAsync("e => e.innerHTML = '<img src=x onerror=\"ran=1\">'");
        await page.Page.WaitForTimeoutAsync(200);
        Assert.Equal("undefined", await page.Page.EvaluateAsync<string>("typeof window.ran"));
    }

    [BrowserFact]
    public async Task The_row_the_command_and_the_answer_can_be_copied()
    {
        await using BrowserPage page = await OpenAsync();
        await page["#prompt"].FillAsync("What's 2 + 2?");
        await page["#system"].FillAsync("Give only the answer.");
        await page["#response-1"].FillAsync("4");
        await page["#response-2"].FillAsync("5\n");
        await RankingAsync(page, () => page["#go"].ClickAsync());
        await page["#rows summary"].ClickAsync();
        string row = await page["#row-json"].InnerTextAsync(), command = await page["#curl-line"].InnerTextAsync();
        Assert.Equal(
            """{"messages":[{"role":"system","content":"Give only the answer."},{"role":"user","content":"What's 2 + 2?"}],"responses":["4","5\n"]}""",
            row);
        string start = $"curl {Server.Address.GetLeftPart(UriPartial.Authority)}/v1/rewards -d '";
        Assert.StartsWith(start, command, StringComparison.Ordinal);
        string body = command[start.Length..^1].Replace("'\\''", "'", StringComparison.Ordinal);
        Assert.Contains("What'\\''s", command, StringComparison.Ordinal);
        double[] shown = await RewardsAsync(page);
        Assert.Equal(shown, Rewards(JsonDocument.Parse(await page["#reply-json"].InnerTextAsync()).RootElement)
            .OrderDescending());
        foreach (string same in new[] { row, body })
        {
            Assert.Equal(shown, Rewards((await Server.Post("/v1/rewards", same)).Json).OrderDescending());
        }

        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page["[data-of=row-json]"].ClickAsync();
        await SaysAsync(page, "[data-of=row-json]", "Copied");
        Assert.Equal(row, await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [BrowserFact]
    public async Task A_group_that_teaches_nothing_is_called_dead_and_an_example_gives_back_what_it_took()
    {
        await using BrowserPage page = await OpenAsync();
        await page["#prompt"].FillAsync("mine");
        await page["#response-1"].FillAsync("my answer");
        await RankExampleAsync(page, "nothing to choose");
        Assert.StartsWith("A dead group", await page["#dead"].TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(["#1", "#1", "#1"], await page.Page.Locator("#ranking .rank").AllTextContentsAsync());
        await page["#undo"].ClickAsync();
        Assert.Equal("mine", await page["#prompt"].InputValueAsync());
        Assert.Equal("my answer", await page["#response-1"].InputValueAsync());
        Assert.True(await page["#stale"].IsVisibleAsync());
        await page["[aria-label='Move Response 1 down']"].ClickAsync();
        Assert.Equal("my answer", await page["#response-2"].InputValueAsync());
        AssertQuiet(page);
    }

    [BrowserFact]
    public async Task A_key_is_asked_for_tried_and_kept_for_the_session()
    {
        await using RunningServer server = await RunningServer.Start(o => o with { ApiKeys = ["sesame"] });
        await using BrowserPage page = await browser.OpenAsync(server.Address.ToString());
        await Assertions.Expect(page["#key-form"]).ToBeVisibleAsync();
        await SaysAsync(page, "#key-note", "This server answers only with a key.");
        Assert.False(await page["#served"].IsVisibleAsync());
        Assert.Equal("key", await FocusedAsync(page));
        await page.Page.Keyboard.TypeAsync("wrong");
        await page.Page.Keyboard.PressAsync("Enter");
        await SaysAsync(page, "#key-note", "The server does not know this key.");
        await page["#key"].FillAsync("sesame");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page["#served"]).ToBeVisibleAsync();
        await Assertions.Expect(page["#key-form"]).ToBeHiddenAsync();
        await RankExampleAsync(page, "eggs");
        await page["#rows summary"].ClickAsync();
        Assert.Contains(" -H \"Authorization: Bearer $INNATE_API_KEY\" -d ", await page["#curl-line"].InnerTextAsync(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", await page.Page.ContentAsync(), StringComparison.Ordinal);
        await page.Page.ReloadAsync();
        await Assertions.Expect(page["#served"]).ToBeVisibleAsync();
        Assert.False(await page["#key-form"].IsVisibleAsync());
    }

    [Fact]
    public async Task Without_the_key_only_a_browser_gets_the_page_and_it_says_nothing_of_the_model()
    {
        await using RunningServer server =
            await RunningServer.Start(o => o with { ApiKeys = ["sesame"], Name = "the-secret-model" });
        using HttpRequestMessage request = new(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html,*/*;q=0.8");
        Reply page = await RunningServer.Read(await server.Client.SendAsync(request));
        Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
        Assert.Contains("key-form", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret-model", page.Body, StringComparison.Ordinal);
        Assert.Equal("this server needs a key: Authorization: Bearer KEY", (await server.Get("/")).Error);
    }

    [BrowserFact]
    public async Task A_server_that_has_gone_is_said_to_have_gone()
    {
        await using RunningServer server = await RunningServer.Start();
        await using BrowserPage page = await browser.OpenAsync(server.Address.ToString());
        await RankExampleAsync(page, "eggs");
        await server.Stop();
        await page["#go"].ClickAsync();
        await SaysAsync(page, "#gone", "The server does not answer. Is innate serve still running?");
        Assert.Equal(Eggs, await page["#prompt"].InputValueAsync());
    }

    [BrowserFact]
    public async Task Live_numbers_move_while_somebody_looks_and_nothing_is_asked_otherwise()
    {
        await using RunningServer server = await RunningServer.Start();
        await using BrowserPage page = await browser.OpenAsync(server.Address.ToString());
        await Assertions.Expect(page["#served"]).ToBeVisibleAsync();
        await page.Page.WaitForTimeoutAsync(1500);
        Assert.Single(page.Requests);
        await page["#tab-live"].ClickAsync();
        await SaysAsync(page, "#tile-tokens b", "0");
        for (int i = 0; i < 3; i++) await server.Post("/v1/rewards", """{"prompt":"What is 9 - 5?","response":"4"}""");
        await server.Post("/v1/rewards", "[");
        await Assertions.Expect(page["#routes tr:has-text('/v1/rewards')"]).ToHaveTextAsync("/v1/rewards41");
        await Assertions.Expect(page["#tile-tokens b"]).Not.ToHaveTextAsync("0");
        await Assertions.Expect(page["#tile-latency b"]).Not.ToHaveTextAsync("–");
        JsonElement status = (await server.Get("/v1/status")).Json;
        Assert.Contains(status.GetProperty("fingerprint").GetProperty("weights").GetString()!,
            await page["#facts"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.NotEqual(0, await page.Page.Locator("#tile-tokens path").CountAsync());
        await page["#tab-rank"].ClickAsync();
        int asked = page.Requests.Count;
        await page.Page.WaitForTimeoutAsync(1500);
        Assert.Equal(asked, page.Requests.Count);
        AssertQuiet(page, server);
    }

    [Fact]
    public async Task Latencies_are_those_of_work_and_routes_are_counted_with_their_errors()
    {
        await using RunningServer server = await RunningServer.Start();
        for (int i = 0; i < 5; i++) await server.Get("/v1/status");
        JsonElement idle = (await server.Get("/v1/status")).Json;
        Assert.Equal(0, idle.GetProperty("load").GetProperty("latency_seconds").GetProperty("p99").GetDouble());
        await server.Post("/v1/rewards", """{"prompt":"a","response":"b"}""");
        await server.Post("/v1/rewards", "{}");
        await server.Get("/nowhere");
        JsonElement status = (await server.Get("/v1/status")).Json;
        Assert.True(status.GetProperty("load").GetProperty("latency_seconds").GetProperty("p50").GetDouble() > 0);
        Assert.Equal(
            """[{"route":"/v1/rewards","answered":2,"errors":1},{"route":"/v1/status","answered":6,"errors":0},{"route":"other","answered":1,"errors":1}]""",
            status.GetProperty("requests").GetRawText());
    }

    [BrowserTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 400)]
    public async Task Both_views_fit_their_window_light_and_dark(bool dark, int width)
    {
        await using BrowserPage page = await browser.OpenAsync(Server.Address.ToString(), dark, width);
        string name = $"page-{(dark ? "dark" : "light")}-{width}";
        await page.AssertFitsAsync();
        await RankExampleAsync(page, "eggs");
        await page["#ranking li:nth-child(2) [data-token='26']"].HoverAsync();
        await page.AssertFitsAsync();
        Assert.NotEmpty(await page.ShootAsync(name));
        await page["#rows summary"].ClickAsync();
        await page.AssertFitsAsync();
        string ink = await page.StyleAsync("body", "color");
        Assert.Equal(dark, ink == "rgb(233, 231, 226)");
        await page["#tab-live"].ClickAsync();
        await Assertions.Expect(page["#facts dd"]).ToHaveTextAsync("innate-tiny");
        await page.AssertFitsAsync();
        Assert.NotEmpty(await page.ShootAsync(name + "-live"));
        AssertQuiet(page);
    }

    private Task<BrowserPage> OpenAsync() => browser.OpenAsync(Server.Address.ToString());

    private async Task<JsonElement> AskAsync(string reward, string more = "")
    {
        const string Responses = """
            ["We need 72 + 89. Ones: 2 + 9 = 11. Tens: 7 + 8 = 15. The answer is 151.",
            "We need 89 - 72. Ones: 9 - 2 = 7. Tens: 8 - 7 = 1. The answer is 17.",
            "We need 72 + 89. Ones: 2 + 9 = 11. Tens: 7 + 8 + 1 = 16. The answer is 161.",
            "We need 76 + 89. Ones: 6 + 9 = 15. Tens: 7 + 8 + 1 = 16. The answer is 165."]
            """;
        return (await Server.Post(
            "/v1/rewards",
            $$"""{"prompt":"{{Eggs}}","responses":{{Responses}},"reward":"{{reward}}","traces":true{{more}}}""")).Json;
    }

    private static IEnumerable<double> Rewards(JsonElement reply) =>
        reply.GetProperty("rewards").EnumerateArray().Select(x => x.GetDouble());

    private static async Task RankExampleAsync(BrowserPage page, string name)
    {
        await Assertions.Expect(page["#served"]).ToBeVisibleAsync();
        await RankingAsync(page, () => page[$".chip:text-is('{name}')"].ClickAsync());
    }

    // Does something that ranks, and waits for the ranking.
    private static async Task RankingAsync(BrowserPage page, Func<Task> act)
    {
        await page.Page.EvaluateAsync("document.querySelector('#ranking').replaceChildren()");
        await act();
        await page["#ranking li"].WaitForAsync();
    }

    private static async Task<double[]> RewardsAsync(BrowserPage page) => [.. (await page.Page.Locator("#ranking .value data")
        .EvaluateAllAsync<string[]>("all => all.map(d => d.value)")).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    private static async Task AssertReadingAsync(BrowserPage page, JsonElement trace, int token)
    {
        string text = JsonSerializer.Serialize(trace.GetProperty("text")[token].GetString(), PlainJson);
        await SaysAsync(page, "#reading-token code", text);
        Assert.Contains($"id {trace.GetProperty("tokens")[token].GetInt32()} ", await page["#reading-token"].TextContentAsync(),
            StringComparison.Ordinal);
        foreach (string name in TokenNumbers)
        {
            double expected = trace.GetProperty(name)[token].GetDouble();
            ILocator data = page[$"#reading-numbers data[data-of={name}]"];
            Assert.Equal(expected, double.Parse((await data.GetAttributeAsync("value"))!, CultureInfo.InvariantCulture));
            string shown = (await data.TextContentAsync())!.Replace('−', '-');
            Assert.InRange(double.Parse(shown, CultureInfo.InvariantCulture) - expected, -5.1e-5, 5.1e-5);
        }
    }

    private static readonly JsonSerializerOptions PlainJson =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Task SaysAsync(BrowserPage page, string selector, string text) =>
        Assertions.Expect(page[selector]).ToHaveTextAsync(text);

    // An id, or a token's place.
    private static Task<string> FocusedAsync(BrowserPage page) => page.Page.EvaluateAsync<string>("""
        (() => {
          const at = document.activeElement;
          return at.dataset.token === undefined ? at.id : "token " + at.dataset.token + " of " + at.dataset.response;
        })()
        """);

    private static async Task TabToAsync(BrowserPage page, string target)
    {
        for (int i = 0; i < 40; i++)
        {
            if (await FocusedAsync(page) == target) return;
            await page.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not lead to {target}.");
    }

    private void AssertQuiet(BrowserPage page) => AssertQuiet(page, Server);

    // Nothing is complained of, and nothing but the server is asked.
    private static void AssertQuiet(BrowserPage page, RunningServer server)
    {
        Assert.Empty(page.Errors);
        string own = server.Address.GetLeftPart(UriPartial.Authority) + "/v1/";
        Assert.All(page.Requests, r => Assert.StartsWith(own, r.Split(' ')[1], StringComparison.Ordinal));
    }
}
