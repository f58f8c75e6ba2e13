using System.Globalization;
using System.Text;
using System.Text.Json;
using Innate.Benchmarks.Stripes;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>What rows of the stripes world are for.</summary>
public enum StripesContent
{
    /// <summary>A picture of each label, and some without a label, to learn from.</summary>
    Pictures,

    /// <summary>A label and two pictures of which the first shows it.</summary>
    Pairs,

    /// <summary>A label and a picture of every label, to be ranked.</summary>
    Candidates,

    /// <summary>A label alone, with itself as the answer.</summary>
    Prompts,
}

/// <summary>Rows of the stripes world to be made. Row i depends on the seed and i only.</summary>
public sealed record StripesSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>What they are for.</summary>
    public StripesContent Content { get; init; }

    /// <summary>How many.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Decides everything.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The most that a cell is likely to have the other colour, 0 to 0.5; each picture's is drawn from 0 to it.
    /// </summary>
    public double Noise { get; init; } = 0.12;

    /// <summary>Of pictures: the share that has the null prompt in its label's place.</summary>
    public double Unlabelled { get; init; } = 0.2;

    /// <summary>Which labels: all (null), those that are kept for measuring, or the others.</summary>
    public bool? HeldOut { get; init; }
}

/// <summary>Makes pictures of stripes as rows of ids: a world for models whose tokens are no text.</summary>
/// <param name="settings">What is made.</param>
public sealed class StripesRun(StripesSettings settings) : Run<RowsResult>
{
    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        if (!(settings.Noise is >= 0 and <= 0.5))
        {
            throw new InputException(
                nameof(settings.Noise), "a number from 0 to 0.5", settings.Noise.ToString(CultureInfo.InvariantCulture));
        }

        if (!(settings.Unlabelled is >= 0 and <= 1))
        {
            throw new InputException(
                nameof(settings.Unlabelled), "a share from 0 to 1", settings.Unlabelled.ToString(CultureInfo.InvariantCulture));
        }

        StripeLabel[] labels = [.. StripeLabel.All.Where(
            l => settings.HeldOut is not { } held || StripeLabel.HeldOut.Contains(l) == held)];
        return MadeLines.Write(
            settings.Output, settings.Seed, settings.Count, i => Line(labels[i % labels.Length], i), cancellation);
    }

    private byte[] Line(StripeLabel label, int index) => RowWriter.Line(w =>
    {
        bool isUnlabelled = settings.Content == StripesContent.Pictures
            && RandomBits.Uniform(RandomBits.Bits(RandomBits.Key(settings.Seed, ~0UL), (ulong)index)) < settings.Unlabelled;
        RowWriter.Ids(w, "prompt_ids", Ids(isUnlabelled ? StripePicture.NullLabel : label.ToString()));
        RowWriter.Ids(w, "null_prompt_ids", Ids(StripePicture.NullLabel));
        w.WriteString("answer", label.ToString());
        switch (settings.Content)
        {
            case StripesContent.Pictures:
                RowWriter.Ids(w, "response_ids", Picture(label, 0));
                break;
            case StripesContent.Pairs:
                StripeLabel[] others = [.. StripeLabel.All.Where(l => l != label)];
                RowWriter.Ids(w, "chosen_ids", Picture(label, 0));
                RowWriter.Ids(w, "rejected_ids", Picture(others[index / StripeLabel.All.Count % others.Length], 1));
                break;
            case StripesContent.Candidates:
                w.WriteStartArray("responses_ids");
                for (int c = 0; c < StripeLabel.All.Count; c++)
                {
                    w.WriteStartArray();
                    foreach (int id in Picture(StripeLabel.All[c], c)) w.WriteNumberValue(id);
                    w.WriteEndArray();
                }

                w.WriteEndArray();
                w.WriteNumber("right", StripeLabel.All.ToList().IndexOf(label));
                break;
            default:
                return;
        }

        w.WriteStartArray("allowed");
        foreach (byte id in Encoding.ASCII.GetBytes(StripePicture.Colours))
        {
            w.WriteStartArray();
            w.WriteNumberValue(id);
            w.WriteNumberValue(id + 1);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteNumber("group", StripeLabel.Side);

        int[] Picture(StripeLabel shown, int place) => Ids(StripePicture.Write(StripePicture.Draw(
            shown, settings.Noise, settings.Seed, (index * StripeLabel.All.Count) + place)));
    });

    private static int[] Ids(string text) => [.. Encoding.ASCII.GetBytes(text).Select(b => (int)b)];
}
