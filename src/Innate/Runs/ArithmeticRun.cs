using System.Globalization;
using Innate.Benchmarks.Arithmetic;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>What is made of the arithmetic world.</summary>
public enum ArithmeticContent
{
    /// <summary>Conversations to learn from.</summary>
    Demonstrations,

    /// <summary>Questions with their right answers.</summary>
    Questions,

    /// <summary>Items of arith-bench in RM-Bench's layout, one array of JSON.</summary>
    Bench,
}

/// <summary>Lines of the arithmetic world to be made. Line i depends on the seed and i only.</summary>
public sealed record ArithmeticSettings
{
    /// <summary>The lines.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>What is made.</summary>
    public ArithmeticContent Content { get; init; }

    /// <summary>How many lines.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Decides everything.</summary>
    public ulong Seed { get; init; }

    /// <summary>Take the questions that are kept for measuring; a benchmark always does.</summary>
    public bool HeldOut { get; init; }

    /// <summary>What questions have beside their answers: hint, rephrased, demonstration, reference, constraints.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>The share of demonstrated answers that hold a slip; null: that of the world's experts, 15 %.</summary>
    public double? Slips { get; init; }

    /// <summary>Whether every slip is the same one: the answer is one too high.</summary>
    public bool SlipsAlike { get; init; }

    /// <summary>The style that questions ask for in a system message; null: none.</summary>
    public AnswerStyle? Style { get; init; }
}

/// <summary>Makes demonstrations, questions or a benchmark of the arithmetic world.</summary>
/// <param name="settings">What is made.</param>
public sealed class ArithmeticRun(ArithmeticSettings settings) : Run<RowsResult>
{
    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        Check();
        return MadeLines.Write(settings.Output, settings.Seed, settings.Count, Line(), cancellation);
    }

    private void Check()
    {
        if (settings.Style is { } style && settings.Content != ArithmeticContent.Questions)
        {
            throw new InputException(nameof(settings.Style), "none without {Questions}", ArithmeticNames.Of(style));
        }

        if (settings.With.Count > 0 && settings.Content != ArithmeticContent.Questions)
        {
            throw new InputException(nameof(settings.With), "none without {Questions}", string.Join(',', settings.With));
        }

        if (settings.With.FirstOrDefault(f => !ArithmeticLines.MoreFields.Contains(f)) is { } unknown)
        {
            throw new InputException(
                nameof(settings.With), $"some of {string.Join(", ", ArithmeticLines.MoreFields)}",
                $"'{unknown}'{NearestName.Hint(unknown, ArithmeticLines.MoreFields)}");
        }

        if (settings.Slips is { } share && !(share is >= 0 and <= 1))
        {
            throw new InputException(
                nameof(settings.Slips), "a share from 0 to 1", share.ToString(CultureInfo.InvariantCulture));
        }

        if ((settings.Slips is not null || settings.SlipsAlike) && settings.Content == ArithmeticContent.Bench)
        {
            throw new InputException(nameof(settings.Slips), "none beside {Bench}, which has its own", "some");
        }

        if (settings.Content != ArithmeticContent.Bench) return;
        if (settings.HeldOut)
        {
            throw new InputException(nameof(settings.HeldOut), "none beside {Bench}, whose questions are held out always", "on");
        }

        if (settings.Count < 1)
        {
            throw new InputException(nameof(settings.Count), "a whole number of at least 1 beside {Bench}", $"{settings.Count}");
        }
    }

    private Func<int, byte[]> Line()
    {
        ArithmeticGenerator generator = new(settings.Seed)
        {
            SlipShare = settings.Slips ?? Expert.SlipShare, SlipsAlike = settings.SlipsAlike,
        };
        return settings.Content switch
        {
            ArithmeticContent.Bench => i => ArithmeticLines.Of(ArithBench.Item(settings.Seed, i), settings.Count),
            ArithmeticContent.Questions => i => ArithmeticLines.Of(generator, i, settings.HeldOut, settings.Style, settings.With),
            _ => i => ArithmeticLines.Of(generator.Demonstration(i, settings.HeldOut)),
        };
    }
}
