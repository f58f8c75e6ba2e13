using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Innate.Benchmarks;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>
/// What decides the bits of a run: its header, kept beside an unfinished run, and its fingerprint, kept for good.
/// </summary>
/// <param name="Benchmark">What is measured on.</param>
/// <param name="Items">The items.</param>
/// <param name="Session">The model.</param>
/// <param name="Reference">The reference model, where one is needed.</param>
/// <param name="Specs">The scorers.</param>
/// <param name="Format">How text becomes ids.</param>
/// <param name="Options">The other options that decide a score, by name.</param>
internal sealed record EvaluationFingerprint(
    IBenchmark Benchmark,
    IReadOnlyList<BenchmarkItem> Items,
    ModelSession Session,
    ModelSession? Reference,
    IReadOnlyList<ScorerSpec> Specs,
    ChatFormatOptions Format,
    IReadOnlyList<KeyValuePair<string, string>> Options)
{
    private IReadOnlyList<KeyValuePair<string, string>>? _parts;

    /// <summary>What an unfinished run must share with the one that goes on with it.</summary>
    public RunHeader Header() => new(() =>
    [
        new("benchmark", Benchmark.Name),
        .. Parts,
        new("scorers", string.Join(' ', Specs.Select(s => s.Name))),
    ]);

    /// <summary>By name, in words and digests; no path of this machine. The files are read once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parts => _parts ??=
    [
        .. Session.Fingerprint(Format.Raw, Reference).Parts,
        new("template variables", Format.DescribeVariables()),
        new("system", Format.System ?? ""),
        new("precision", Precision()),
        new("formula", "r_h = Q(s_h,a_h) - V(s_{h+1}); R = sum_h max(gamma^(h-1), beta) r_h; V = alpha logsumexp(Q/alpha)"),
        new("data", DataDigest()),
        .. Options,
    ];

    // Of a model that an engine runs nobody here knows.
    private string Precision() => Session.Config is not { } config ? "the engine's own"
        : Session.Compute is { } mode ? $"{mode} in the products with weights, float32 elsewhere"
        : $"float32, from {config.StatedElementType?.ToString() ?? "unstated"} weights";

    // Of the texts that are scored, not of the files that they came from: a set read from gzip is the same set.
    private string DataDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (BenchmarkItem item in Items)
        {
            Add(item.Id);
            Add(item.Part);
            foreach (Judges.JudgeQuestion question in item.Questions)
            {
                foreach (ConversationMessage message in question.Prompt)
                {
                    Add(message.Role);
                    Add(message.Content);
                }

                foreach (string response in question.Responses) Add(response);
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{Items.Count} items {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");

        void Add(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
