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
    public void A_model_that_cannot_be_read_is_a_fault_with_its_sentence()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["config.json"], "{\"model_type\":\"llama\"");
        CliResult result = RealCli.Run(["doctor", "--model", folder.Path]);
        Assert.Equal(1, result.Code);
        Assert.DoesNotContain("✓ model", result.Output, StringComparison.Ordinal);
        Assert.Contains("✗ model", result.Output, StringComparison.Ordinal);
        Assert.Contains("has no tokenizer.json", result.Output, StringComparison.Ordinal);
        Assert.Contains("Mend what is marked ✗", result.Output, StringComparison.Ordinal);
    }
}
