using System.Text.Json;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rows;

namespace Innate.Tests.Reinforcement;

/// <summary>Answers from documents, read and paid.</summary>
public class GroundedReadingTests
{
    private static readonly string[] Table = ["Key 3 opens the red door.", "Key 5 opens the blue door.", "Key -5 opens none."];

    // A look-up table in the prompt; half of the keys that are asked for are missing from it.
    private static readonly GroundedPrompt Present = new(Table, ["blue"]), Missing = new(Table, []);

    [Fact]
    public void Stage_two_pays_an_answer_to_a_present_key_and_a_refusal_of_a_missing_one()
    {
        string answer = Said("Key 5 opens the blue door [2]."), badlyCited = Said("Key 5 opens the blue door [1].");
        string wrong = Said("Key 5 opens the green door [2]."), refusal = Said(GroundedPrompt.UsualRefusal);
        double[] present = [.. ((string[])[answer, badlyCited, wrong, refusal, "blue"]).Select(t => Reward(t, Present, 2))];
        Assert.Equal([3.5, 2.5, 2.5, 2, 0], present);
        Assert.True(Reward(refusal, Missing, 2) > Reward(wrong, Missing, 2));
        Assert.Equal(3, Reward(refusal, Missing, 2), 1e-12);
        Assert.Equal(Reward(wrong, Missing, 2), Reward(answer, Missing, 2));

        // Stage one teaches to answer, and nothing else.
        Assert.True(Reward(answer, Present, 1) > Reward(refusal, Present, 1));
        Assert.Equal(Reward(wrong, Missing, 1), Reward(refusal, Missing, 1));
    }

    [Fact]
    public void A_policy_that_follows_stage_two_learns_to_refuse_what_is_missing_and_still_answers_what_is_there()
    {
        string[] sayings =
            [Said("It opens the blue door [2]."), Said("It opens the green door [2]."), Said(GroundedPrompt.UsualRefusal)];
        (double answered, double refused) = Learned(1, 2);
        (double answeredReversed, double refusedReversed) = Learned(2, 1);
        Assert.True(refused > 0.9, $"refused {refused}");
        Assert.True(answered > 0.9, $"answered {answered}");
        Assert.True(answeredReversed + refusedReversed < answered + refused);

        // Exact policy gradient of a table with a row for each kind of prompt, stage after stage. Refusing has a logit of its own
        // that both rows share, as a habit would: what stage one unlearns there, stage two has to teach again.
        (double Answered, double Refused) Learned(int first, int second)
        {
            double[,] logits = new double[2, 2];
            double habit = 0;
            foreach (int stage in (int[])[first, second])
            {
                for (int step = 0; step < 150; step++)
                {
                    for (int kind = 0; kind < (stage == 1 ? 1 : 2); kind++)
                    {
                        double[] p = Policy(logits, habit, kind);
                        double[] r = [.. sayings.Select(s => Reward(s, kind == 0 ? Present : Missing, stage))];
                        double mean = p.Zip(r, (a, b) => a * b).Sum();
                        logits[kind, 0] += 0.5 * p[0] * (r[0] - mean);
                        logits[kind, 1] += 0.5 * p[1] * (r[1] - mean);
                        habit += 0.5 * p[2] * (r[2] - mean);
                    }
                }
            }

            return (Policy(logits, habit, 0)[0], Policy(logits, habit, 1)[2]);
        }

        static double[] Policy(double[,] logits, double habit, int kind)
        {
            double[] e = [Math.Exp(logits[kind, 0]), Math.Exp(logits[kind, 1]), Math.Exp(habit)];
            return [.. e.Select(x => x / e.Sum())];
        }
    }

    [Fact]
    public void Statements_are_sentences_and_citations_belong_to_the_sentence_before_them()
    {
        Assert.Equal(
            ["The door is blue. [2]", "It is old [1].", "That is all."],
            GroundedReading.StatementsOf("The door is blue. [2] It is old [1]. That is all."));
        GroundedAnswer read = GroundedReading.Of(Said("The door is blue. [2] A Blue door, I say [1]. No [7]."), Present);
        Assert.Equal([new(true, true), new(true, false), new(false, false)], read.Statements);
        Assert.Null(GroundedReading.Of(Said("It is blue."), Present).Statements[0].CitationHolds);

        // Repeating an answer is paid once for each gold answer.
        Assert.Equal(3.5, Reward(Said("It is blue [2]. It is blue [2]. It is blue [2]."), Present, 2));
    }

    [Theory]
    [InlineData("5", "The sum is 5.", true)]
    [InlineData("5", "The sum is -5.", false)]
    [InlineData("5", "The sum is 5.5 or 15.", false)]
    [InlineData("new york", "It is in New York, they say.", true)]
    [InlineData("new york", "A new, old york.", false)]
    public void A_gold_answer_stands_in_a_statement_as_whole_words(string gold, string statement, bool found) =>
        Assert.Equal(found, GroundedReading.Of(Said(statement), new(["x"], [gold])).Statements[0].HasGold);

    [Theory]
    [InlineData("<reasoning>a</reasoning><answer>b</answer>", "b")]
    [InlineData("<reasoning>a</reasoning><answer> </answer>", null)]
    [InlineData("<answer>b</answer><reasoning>a</reasoning>", null)]
    [InlineData("<reasoning>a</reasoning><answer>b</answer><answer>", null)]
    public void Tags_stand_once_each_in_order(string text, string? answer)
    {
        Assert.Equal(answer, GroundedReading.AnswerOf(text, GroundedPrompt.UsualTags));
        Assert.Equal("7", GroundedReading.AnswerOf("so **Answer:** 7", ["**Answer:**"]));
    }

    [Theory]
    [InlineData("""{"answers":[]}""", "\"documents\": expected objects with the texts that")]
    [InlineData("""{"documents":[{"text":"a"}]}""", "\"answers\": expected the gold answers, none where")]
    [InlineData("""{"documents":[],"answers":[]}""", "answer is found in, found none")]
    [InlineData("""{"documents":"a","answers":[]}""", "\"documents\": expected objects with the texts")]
    [InlineData("""{"documents":["a"],"answers":[]}""", "\"documents[0]\": expected an object with a \"text\"")]
    [InlineData("""{"documents":[{"text":"a"}],"answers":[""]}""", "\"answers[0]\": expected a text, found an empty one")]
    [InlineData("""{"documents":[{"text":"a"}],"answers":[],"tags":["a","b"]}""", "expected four tags, or one before the answer")]
    public void A_row_without_what_is_needed_is_told(string row, string sentence)
    {
        using JsonDocument json = JsonDocument.Parse(row);
        InputException e = Assert.Throws<InputException>(() => GroundedPrompt.Of(new RowFields(json.RootElement)));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    private static string Said(string answer) => $"<reasoning>I look.</reasoning>\n<answer>{answer}</answer>";

    private static double Reward(string text, GroundedPrompt prompt, int stage) =>
        GroundedAnswerReward.Compute(GroundedReading.Of(text, prompt), stage, prompt.Answers.Count);
}
