using Innate.Checkpoints.Hub;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Hub;

/// <summary>One GGUF file out of a repository that holds a dozen: org/name:Q4_K_M.</summary>
public sealed class HubGgufTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalHub _hub = new();

    public HubGgufTests()
    {
        foreach (string file in (string[])
            [
                "README.md", "Tiny-Q4_K_M.gguf", "Tiny-Q4_K_S.gguf", "Tiny-IQ4_NL.gguf", "Tiny-UD-Q8_0.gguf", "Tiny-Q8_0.gguf",
                "mmproj-Tiny-F16.gguf", "big/Tiny-F16-00001-of-00002.gguf", "big/Tiny-F16-00002-of-00002.gguf",
            ])
        {
            _hub.Files[file] = System.Text.Encoding.UTF8.GetBytes($"GGUF of {file}");
        }
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_file_of_a_type_is_fetched_and_found_by_the_same_name()
    {
        string file = await PullAsync("q4_k_m");
        Assert.Equal("GGUF of Tiny-Q4_K_M.gguf", File.ReadAllText(file));
        var cache = new HubCache(_folder.Path);
        Assert.Equal(file, ModelFolder.Resolve("org/tiny:Q4_K_M", cache));
        Assert.Equal(file, ModelFolder.Resolve("org/tiny@main:Q4_K_M", cache));
        string missing = Assert.Throws<InputException>(() => ModelFolder.Resolve("org/tiny:Q8_0", cache)).Message;
        Assert.Contains("Q8_0", missing, StringComparison.Ordinal);

        // A type whose name ends like another's is another.
        Assert.EndsWith("Tiny-Q8_0.gguf", await PullAsync("Q8_0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_parts_of_a_split_file_come_and_the_first_is_the_model()
    {
        string file = await PullAsync("F16");
        Assert.EndsWith("Tiny-F16-00001-of-00002.gguf", file, StringComparison.Ordinal);
        Assert.True(File.Exists(file.Replace("00001-of", "00002-of", StringComparison.Ordinal)));
        Assert.Equal(file, ModelFolder.Resolve("org/tiny:F16", new HubCache(_folder.Path)));
    }

    [Theory]
    [InlineData("Q3_K_L", "Tiny-Q4_K_M.gguf")]
    [InlineData("K_M", "expected one GGUF file of type K_M")]
    public async Task A_type_that_is_not_there_is_one_sentence_with_those_that_are(string type, string part)
    {
        InputException e = await Assert.ThrowsAsync<InputException>(() => PullAsync(type));
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["models--org--tiny"]));
    }

    private async Task<string> PullAsync(string type)
    {
        using var client = new HubClient(new HubSettings { Endpoint = _hub.Endpoint, CacheRoot = _folder.Path });
        return await client.PullGgufAsync("org/tiny", type, "main", null, CancellationToken.None);
    }
}
