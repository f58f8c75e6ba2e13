using Innate.Rewards;
using Innate.Text;

namespace Innate.Scoring.External;

/// <summary>What a step of a response is paid.</summary>
/// <param name="End">One past the step's last character (UTF-16).</param>
/// <param name="Reward">What it changed of the score so far.</param>
internal readonly record struct StepPayment(int End, double Reward)
{
    /// <summary>The payments of a response whose steps were judged; they add up to its score.</summary>
    /// <param name="response">The text.</param>
    /// <param name="texts">Its steps.</param>
    /// <param name="steps">One score a step.</param>
    /// <param name="rule">How they become one score.</param>
    public static StepPayment[] Of(
        string response, IReadOnlyList<string> texts, IReadOnlyList<double> steps, StepRule rule)
    {
        double[] paid = StepScores.Payments(steps, rule);
        var payments = new StepPayment[paid.Length];
        int from = 0;
        for (int k = 0; k < paid.Length; k++)
        {
            // A line's end may be of two characters in the response and is of one in a step: its last line alone is looked for.
            string last = texts[k][(texts[k].LastIndexOf('\n') + 1)..];
            int at = response.IndexOf(last, from, StringComparison.Ordinal);
            from = at < 0 ? response.Length : at + last.Length;
            payments[k] = new StepPayment(from, paid[k]);
        }

        return payments;
    }

    /// <summary>The payments as one reward a token, each on the token in which its step ends.</summary>
    /// <param name="payments">In the order of their ends.</param>
    /// <param name="lengths">The characters of the text up to and with each token.</param>
    public static double[] OnTokens(IReadOnlyList<StepPayment> payments, IReadOnlyList<int> lengths)
    {
        var rewards = new double[lengths.Count];
        foreach (StepPayment paid in payments)
        {
            int token = 0;
            while (token < rewards.Length - 1 && lengths[token] < paid.End) token++;
            rewards[token] += paid.Reward;
        }

        return rewards;
    }
}
