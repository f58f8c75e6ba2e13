using System.Text;
using Innate.Benchmarks.Arithmetic;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Capability;

/// <summary>What models foretell: a text as it is, or the answers of the arithmetic world's conversations.</summary>
/// <param name="Name">What a person calls it.</param>
/// <param name="Bytes">Bytes that are foretold.</param>
internal sealed record CapabilityText(string Name, int Bytes)
{
    private string? _text;
    private IReadOnlyList<IReadOnlyList<ConversationMessage>> _conversations = [];

    /// <summary>Reads or makes it; no model is needed.</summary>
    /// <exception cref="InputException">There is no file, nothing in it, or none of the benchmark itself.</exception>
    public static CapabilityText Read(CapabilitySettings settings)
    {
        if (settings.Text is { } file)
        {
            if (!File.Exists(file)) throw new InputException(nameof(settings.Text), "a file of text", $"no {file}");
            string text = Cut(File.ReadAllText(file), settings.TextBytes);
            return text.Length == 0
                ? throw new InputException($"{file}: expected a text, found an empty file.")
                : new CapabilityText(Path.GetFileName(file), Encoding.UTF8.GetByteCount(text)) { _text = text };
        }

        if (!settings.Evaluation.Benchmark.StartsWith("arith", StringComparison.Ordinal))
        {
            throw new InputException(
                nameof(settings.Text), "a file of text that each model foretells, for only made benchmarks have one", "none");
        }

        ArithmeticGenerator generator = new(settings.Evaluation.Seed);
        List<IReadOnlyList<ConversationMessage>> made = [];
        int bytes = 0;
        for (int i = 0; bytes < settings.TextBytes; i++)
        {
            made.Add(generator.Demonstration(i, heldOut: true).Messages);
            bytes += Encoding.UTF8.GetByteCount(made[^1][^1].Content);
        }

        return new CapabilityText("held-out answers of the arithmetic world", bytes) { _conversations = made };
    }

    /// <summary>What a model needs for a byte of it.</summary>
    public double BitsPerByte(
        ModelSession session, ChatFormatOptions format, IProgress<WorkDone>? progress, CancellationToken cancellation) =>
        _text is not null
            ? Scoring.BitsPerByte.Of(session, _text, progress, cancellation)
            : Scoring.BitsPerByte.OfAnswers(session, format, _conversations, progress, cancellation);

    // Whole characters up to so many bytes.
    private static string Cut(string text, int most)
    {
        int bytes = 0, end = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > most) break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }
}
