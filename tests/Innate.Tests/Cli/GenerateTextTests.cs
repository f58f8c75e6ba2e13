using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>A generated text continues its prompt: the two side by side read as one.</summary>
public class GenerateTextTests
{
    [SharedFact("models/stories260k")]
    public void A_leading_space_is_kept_streamed_and_as_json()
    {
        string[] generate =
        [
            "generate", "--model", Path.Combine(Places.Shared, "models", "stories260k"),
            "--raw", "--prompt", "Once", "--temperature", "0", "--max-tokens", "3",
        ];
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var io = new Innate.Cli.CliIo { OpenInput = () => Stream.Null, Output = output, Error = error };
        Assert.Equal(0, Innate.Cli.App.Run(generate, io));
        Assert.Equal(" upon a time\n", System.Text.Encoding.UTF8.GetString(output.ToArray()));
        output.SetLength(0);
        Assert.Equal(0, Innate.Cli.App.Run([.. generate, "--json"], io));
        using JsonDocument json = JsonDocument.Parse(output.ToArray());
        Assert.Equal(" upon a time", json.RootElement.GetProperty("responses")[0].GetProperty("text").GetString());
    }
}
