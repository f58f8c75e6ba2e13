using Innate.Text;

namespace Innate.Judges;

/// <summary>How a judge judges, whatever it asks.</summary>
public sealed record JudgeOptions
{
    /// <summary>What to judge by, in words; null: what the prompt says alone.</summary>
    public string? Principle { get; init; }

    /// <summary>The most tokens of reasoning that are sampled before a verdict is read; 0: none.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>Reasonings that are sampled; the verdict is the mean over them. More than one needs reasoning.</summary>
    public int Votes { get; init; } = 1;

    /// <summary>The temperature of the reasoning.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>With the prompt's tokens, decides every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>GenRM-CoT: the share of critiques with p(Yes) above 1/2 in place of the mean of p(Yes).</summary>
    public bool Majority { get; init; }

    /// <summary>ThinkPRM: rounds of second thoughts after the first chain.</summary>
    public int SecondThoughts { get; init; }

    /// <summary>
    /// The judge writes as it likes and what can be read is read; false: where the model runs here it is held to its format.
    /// </summary>
    public bool AnyFormat { get; init; }

    /// <summary>SPCT: scores judgements, and the best of them vote; null: all vote.</summary>
    internal JudgementScorer? Meta { get; init; }

    /// <summary>SPCT: how many judgements vote beside a <see cref="Meta"/>; null: half of them.</summary>
    public int? MetaKept { get; init; }

    /// <summary>Token ids that end a reasoning, beside the end of the turn.</summary>
    public IReadOnlyCollection<int> StopIds { get; init; } = [];

    /// <summary>Refuses options of a judge that always writes.</summary>
    /// <param name="options">The options; null: none.</param>
    /// <param name="prompt">The judge's prompt.</param>
    /// <param name="what">What it writes.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    internal static JudgeOptions ForWriting(JudgeOptions? options, JudgePrompt prompt, string what)
    {
        string name = JudgeNames.Of(prompt.Kind);
        if (options is not { ReasoningTokens: > 0 })
        {
            throw new InputException($"reasoning: {name} writes {what}; expected tokens to write them in, found none.");
        }

        if (options.Votes < 1) throw new InputException($"votes: expected at least 1, found {options.Votes}.");
        if (options.Votes > 1 && options.Temperature == 0)
        {
            throw new InputException("votes: several need a temperature above 0 to differ by.");
        }

        return options.Principle is null || prompt.TakesPrinciple ? options : throw new InputException(
            $"{prompt.Source}: a principle is given, but the prompt has no {{principle}} to put it in.");
    }
}

/// <summary>Scores judgements: how good each text is as an answer to the conversation that asked for it.</summary>
/// <param name="judgements">What was asked, and what was written.</param>
/// <param name="cancellation">Stops it.</param>
/// <returns>One number a judgement; higher is better.</returns>
internal delegate double[] JudgementScorer(
    IReadOnlyList<(IReadOnlyList<ConversationMessage> Asked, string Written)> judgements, CancellationToken cancellation);
