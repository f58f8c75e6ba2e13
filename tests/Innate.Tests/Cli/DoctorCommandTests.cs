using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

public sealed class DoctorCommandTests
{
    [Fact]
    public void The_doctor_looks_at_all_that_innate_stands_on()
    {
        CliResult table = RealCli.Run(["doctor"]);
        Assert.Equal((0, ""), (table.Code, table.Error));
        Assert.Contains("✓ model      innate-tiny", table.Output, StringComparison.Ordinal);
        Assert.Contains("132 above 122", table.Output, StringComparison.Ordinal);
        Assert.Contains("Next: innate rank", table.Output, StringComparison.Ordinal);

        CliResult lines = RealCli.Run(["doctor", "--json"]);
        JsonElement[] found = [.. lines.Lines.Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(
            ["version", "processor", "memory", "cache", "model", "score"], found.Select(f => f.GetProperty("name").GetString()));
        Assert.All(found, f => Assert.Contains(f.GetProperty("state").GetString(), (string[])["well", "slow"]));
    }

    [Fact]
    public void A_server_that_is_not_there_and_an_address_that_is_none_are_told()
    {
        CliResult nobody = RealCli.Run(["doctor", "--server", "http://127.0.0.1:9", "--json"]);
        Assert.Equal(1, nobody.Code);
        Assert.Contains("\"name\":\"server\"", nobody.Lines[1], StringComparison.Ordinal);
        Assert.Contains("Nothing answers there", nobody.Lines[1], StringComparison.Ordinal);
        CliResult nowhere = RealCli.Run(["doctor", "--server", "here"]);
        Assert.Equal(
            (2, "innate: --server: expected an address such as http://127.0.0.1:8080, found 'here'.\n"),
            (nowhere.Code, nowhere.Error));
    }

    [Fact]
    public void A_model_that_cannot_be_read_is_a_fault_with_its_sentence()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["config.json"], "{\"model_type\":\"llama\"");
        CliResult result = RealCli.Run(["doctor", "--model", folder.Path]);
        Assert.Equal(1, result.Code);
        Assert.DoesNotContain("✓ model", result.Output, StringComparison.Ordinal);
        Assert.Contains("✗ model", result.Output, StringComparison.Ordinal);
        Assert.Contains("config.json", result.Output, StringComparison.Ordinal);
        Assert.Contains("Mend what is marked ✗", result.Output, StringComparison.Ordinal);
    }
}
