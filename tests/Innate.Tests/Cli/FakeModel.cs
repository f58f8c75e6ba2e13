using System.Text;
using Innate.Cli;
using Innate.Cli.Terminal;
using Innate.Generation;
using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Tests.Cli;

/// <summary>
/// A model without weights: every number is a hash of the path that leads to it, so a trace depends on its tokens alone. The id
/// 90 gives a logit that is no number.
/// </summary>
internal sealed class FakeModel : ITraceSource, ITextGenerator
{
    public const int NotANumber = 90;

    public int VocabularySize { get; init; } = 100;

    public int MaxPositions { get; init; } = 64;

    /// <summary>Called before every batch.</summary>
    public Action? OnTrace { get; init; }

    public List<int> BatchSizes { get; } = [];

    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        OnTrace?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        BatchSizes.Add(queries.Count);
        return [.. queries.Select(q => q.Responses.Select(r => Of(q.Prompt, r)).ToArray())];
    }

    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts,
        int responsesPerPrompt,
        SamplingOptions options,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default) =>
        [.. prompts.Select(p => Enumerable.Range(0, responsesPerPrompt)
            .Select(i => new GeneratedResponse([p[0], i], [-0.5, -1], FinishReason.Length)).ToArray())];

    private static TokenTrace Of(int[] prompt, int[] response)
    {
        ulong state = 14695981039346656037;
        foreach (int id in prompt) state = (state ^ (uint)id) * 1099511628211;
        int n = response.Length;
        TokenTrace t = new()
        {
            Tokens = response,
            Q = new double[n],
            V = new double[n],
            LogProbability = new double[n],
            Entropy = new double[n],
            MeanLogit = new double[n],
        };
        for (int h = 0; h < n; h++)
        {
            t.V[h] = Next(state, 1);
            t.Entropy[h] = Next(state, 2);
            t.MeanLogit[h] = -Next(state, 3);
            state = (state ^ (uint)response[h]) * 1099511628211;
            t.LogProbability[h] = -Next(state, 4);
            t.Q[h] = response[h] == NotANumber ? double.NaN : t.V[h] + t.LogProbability[h];
        }

        return t;
    }

    private static double Next(ulong state, ulong salt)
    {
        ulong x = (state + salt) * 0x9E3779B97F4A7C15;
        x ^= x >> 29;
        return ((x * 0xBF58476D1CE4E5B9) >> 11) * (10.0 / (1L << 53));
    }
}

/// <summary>What a command wrote and returned.</summary>
internal sealed record CliResult(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the command line in this process.</summary>
internal static class Cli
{
    public static CliResult Run(
        string[] args, string input = "", FakeModel? model = null, string? folder = null,
        ColourDepth colours = ColourDepth.None, CancellationToken cancellation = default) =>
        Run(args, Encoding.UTF8.GetBytes(input), model, folder, colours, cancellation);

    public static CliResult Run(
        string[] args, byte[] input, FakeModel? model = null, string? folder = null,
        ColourDepth colours = ColourDepth.None, CancellationToken cancellation = default)
    {
        using MemoryStream output = new();
        using StringWriter error = new() { NewLine = "\n" };
        FakeModel fake = model ?? new FakeModel();
        CliIo io = new()
        {
            OpenInput = () => new MemoryStream(input),
            Output = output,
            Error = error,
            Colours = colours,
            Cancellation = cancellation,
            OpenModel = source => new ModelSession(folder ?? source.Model!, fake, fake, adapter: source.Adapter),
        };
        int code = App.Run(args, io);
        return new CliResult(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("innate-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
