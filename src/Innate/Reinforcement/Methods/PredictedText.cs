using System.Text;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// How a text goes on, as a response predicts it for RPT (arXiv 2506.08007). The continuation is the row's answer; the prediction
/// is what is read as an answer everywhere: the last box after the thought, or else what stands in its place.
/// </summary>
internal static class PredictedText
{
    /// <summary>1 for each prediction that is its continuation's beginning up to a token's end, else 0.</summary>
    /// <param name="scene">Whose tokens the continuations end at.</param>
    /// <param name="groups">Of prompts whose gold answers are their continuations.</param>
    public static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. groups.Select(g =>
        {
            byte[] continuation = Encoding.UTF8.GetBytes(g.Prompt.Answer!);
            int[] ends = TokenEnds(scene.Models.Tokenizer, g.Prompt.Answer!);
            return FinalAnswers.Of(g).Select(a =>
                NextTextReward.Prefix(Encoding.UTF8.GetBytes(a ?? ""), continuation, ends)).ToArray();
        }),
    ];

    /// <summary>After how many bytes each token of a text ends; a character in parts ends with the last of them.</summary>
    public static int[] TokenEnds(Tokenizer tokenizer, string text)
    {
        int bytes = 0;
        return
        [
            .. tokenizer.TokenTexts(tokenizer.EncodeContinuation(text)).Select(t => bytes += Encoding.UTF8.GetByteCount(t)),
        ];
    }
}
