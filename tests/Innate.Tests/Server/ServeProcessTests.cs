using System.Diagnostics;
using System.Net;
using Innate.Tests.Cli;

namespace Innate.Tests.Server;

/// <summary>The command itself: its one line, its signals, its exit codes.</summary>
public class ServeProcessTests
{
    [Fact]
    public async Task It_says_where_it_listens_and_a_signal_lets_it_finish_what_it_began()
    {
        if (!OperatingSystem.IsLinux()) return;
        string dll = Path.Combine(AppContext.BaseDirectory, "innate.dll");
        ProcessStartInfo start = new("dotnet", ["exec", dll, "serve", "--urls", "http://127.0.0.1:0", "--threads", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["INNATE_API_KEY"] = "sesame";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development"; // must not bring its pages with stack traces
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string line = (await process.StandardOutput.ReadLineAsync())!;
        Assert.StartsWith("Serving innate-tiny at http://127.0.0.1:", line, StringComparison.Ordinal);
        using HttpClient client = new() { BaseAddress = new Uri(line.Split(' ')[^1]) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/ready", UriKind.Relative))).StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "sesame");

        // Long enough to be under way when the signal comes.
        string many = $$"""{"prompt":"What is","max_tokens":300,"ignore_eos":true,"n":64,"seed":1}""";
        Task<HttpResponseMessage> working =
            client.PostAsync(new Uri("/v1/completions", UriKind.Relative), new StringContent(many));
        while (!(await client.GetStringAsync(new Uri("/v1/status", UriKind.Relative)))
            .Contains("\"drawing\":64", StringComparison.Ordinal)
            && !working.IsCompleted)
        {
            await Task.Delay(10);
        }

        using (Process kill = Process.Start(
            "kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using HttpResponseMessage reply = await working;
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Contains("\"completion_tokens\":19200", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("", await error);
    }

    [Theory]
    [InlineData("serve --urls nonsense", 2,
        "innate: --urls: expected addresses such as http://127.0.0.1:8080, separated by semicolons, found 'nonsense'.\n")]
    [InlineData("serve --urls http://127.0.0.1:99999", 2,
        "innate: --urls: expected addresses such as http://127.0.0.1:8080, separated by semicolons, found "
        + "'http://127.0.0.1:99999'.\n")]
    [InlineData("serve --urls ftp://127.0.0.1:8080", 2,
        "innate: --urls: expected addresses such as http://127.0.0.1:8080, separated by semicolons, found "
        + "'ftp://127.0.0.1:8080'.\n")]
    [InlineData(
        "serve --queue 0", 2, "innate: --queue: expected a whole number of at least 1, found '0'; see `innate serve --help`.\n")]
    public void Bad_usage_is_one_sentence(string arguments, int code, string sentence)
    {
        CliResult result = RealCli.Run(arguments.Split(' '));
        Assert.Equal((code, sentence), (result.Code, result.Error));
    }

    [Fact]
    public async Task An_address_in_use_is_one_sentence_and_a_failure()
    {
        await using RunningServer server = await RunningServer.Start();
        CliResult result = RealCli.Run(["serve", "--urls", server.Address.GetLeftPart(UriPartial.Authority)]);
        Assert.Equal(1, result.Code);
        Assert.Matches("^innate: .*address already in use.*\n$", result.Error);
    }
}
