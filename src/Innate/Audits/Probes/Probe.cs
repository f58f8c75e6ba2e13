using System.Text.Json;
using Innate.Benchmarks;

namespace Innate.Audits.Probes;

/// <summary>A question with a true answer and one that is false in one place: a number, a date, a name, a step.</summary>
/// <param name="Kind">What is false: <c>false-number</c>, <c>false-date</c>, <c>false-name</c>, <c>converse</c>.</param>
/// <param name="Prompt">The question.</param>
/// <param name="True">The true answer.</param>
/// <param name="False">The false one.</param>
internal sealed record Probe(string Kind, string Prompt, string True, string False)
{
    private const string Resource = "Innate.Audits.Probes.probes.json";

    /// <summary>The kinds, with what is false in each.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Kinds { get; } =
    [
        ("false-number", "a false number in the place of the true one"),
        ("false-date", "a false date in the place of the true one"),
        ("false-name", "a false name in the place of the true one"),
        ("converse", "the converse of a valid step"),
    ];

    /// <summary>The probes that come with the library.</summary>
    public static IReadOnlyList<Probe> Shipped()
    {
        using Stream stream = typeof(Probe).Assembly.GetManifestResourceStream(Resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateArray().Select((probe, i) =>
            {
                BenchmarkRecord record = new("probes.json", i + 1, probe.Clone());
                return new Probe(record.Text("kind"), record.Text("prompt"), record.Text("true"), record.Text("false"));
            }),
        ];
    }
}
