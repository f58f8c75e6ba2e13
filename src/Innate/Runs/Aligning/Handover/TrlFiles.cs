using System.Text;
using System.Text.Json.Nodes;

namespace Innate.Runs.Aligning.Handover;

/// <summary>TRL's folder: GRPOConfig's fields, a script of a few lines, the reward function.</summary>
internal static class TrlFiles
{
    private const string Script = """"
        """Trains with TRL's GRPOTrainer by config.json; reward.py asks `innate serve`."""

        import json
        import os

        from datasets import load_dataset
        from trl import GRPOConfig, GRPOTrainer

        from reward import reward

        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "config.json"), encoding="utf-8") as file:
            config = json.load(file)
        adapters = None
        if config["lora"]:
            from peft import LoraConfig

            adapters = LoraConfig(task_type="CAUSAL_LM", **config["lora"])
        trainer = GRPOTrainer(
            model=config["model"],
            reward_funcs=reward,
            args=GRPOConfig(output_dir=os.path.join(here, "model"), **config["grpo"]),
            train_dataset=load_dataset("json", data_files=os.path.join(here, "prompts", "train.jsonl"), split="train"),
            peft_config=adapters,
        )
        trainer.train()
        trainer.save_model()

        """";

    /// <summary>The files by their names.</summary>
    public static IEnumerable<(string Name, string Text)> Of(HandoverPlan plan)
    {
        yield return ("config.json", Encoding.UTF8.GetString(JsonBytes.Indented(Config(plan))));
        yield return ("reward.py", $"""
            from innate_trl import InnateReward

            reward = InnateReward({HandoverText.Literal(plan.Reward)})

            """);
        yield return ("innate_trl.py", HandoverText.Integration("innate_trl.py"));
        yield return ("train.py", Script);
        yield return ("prompts/train.jsonl", HandoverText.Rows(plan.Order(), (w, messages, answer, _) =>
        {
            Rows.RowWriter.Messages(w, "prompt", messages);
            if (answer is not null) w.WriteString("answer", answer);
        }));
        yield return ("launch.sh", HandoverText.Launch("innate_trl", "python3 train.py"));
        yield return ("README.md", HandoverText.Readme(plan, "TRL"));
    }

    // A device's batch counts answers; TRL samples what its accumulated batches learn from.
    private static JsonObject Config(HandoverPlan plan) => new()
    {
        ["model"] = plan.Model,
        ["grpo"] = new JsonObject
        {
            ["num_generations"] = plan.GroupSize,
            ["per_device_train_batch_size"] = plan.MicroBatchSize * plan.GroupSize,
            ["gradient_accumulation_steps"] = plan.BatchSize / plan.MicroBatchSize,
            ["max_steps"] = plan.Steps,
            ["shuffle_dataset"] = false,
            ["max_completion_length"] = plan.Settings.MaxResponseTokens,
            ["temperature"] = plan.Settings.Recipe.Temperature,
            ["loss_type"] = "grpo",
            ["scale_rewards"] = "group",
            ["beta"] = plan.Settings.Recipe.Kl,
            ["epsilon"] = HandoverPlan.Clips.Low,
            ["epsilon_high"] = HandoverPlan.Clips.High,
            ["num_iterations"] = 1,
            ["learning_rate"] = plan.LearningRate,
            ["lr_scheduler_type"] = "cosine",
            ["warmup_steps"] = plan.WarmupSteps,
            ["adam_beta1"] = plan.Training.Beta1,
            ["adam_beta2"] = plan.Training.Beta2,
            ["weight_decay"] = plan.Training.WeightDecay,
            ["max_grad_norm"] = plan.Training.Clip,
            ["seed"] = plan.Settings.Seed,
            ["save_strategy"] = plan.SaveEvery is null ? "no" : "steps",
            ["save_steps"] = plan.SaveEvery ?? plan.Steps,
            ["logging_steps"] = 1,
            ["report_to"] = "none",
        },
        ["lora"] = plan.Settings.LoraRank == 0 ? null : new JsonObject
        {
            ["r"] = plan.Settings.LoraRank, ["lora_alpha"] = plan.LoraAlpha, ["target_modules"] = "all-linear",
        },
    };
}
