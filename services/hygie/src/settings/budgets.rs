//! The settings of budgets: the table `[budgets]` of the file. What is not said is the keeper's own default.

use clap::Args;
use hygie_keeper::Allowance;
use serde::Deserialize;

/// One list of the settings: name, option, variable, and what it says.
macro_rules! budgets {
    ($($name:ident $id:literal $option:literal $variable:literal $help:literal)*) => {
        /// How many persons each actor may meet in a day, by what he does.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Budgets {
            $(
                #[doc = $help]
                #[arg(id = $id, long = $option, env = $variable, value_name = "N")]
                pub $name: Option<Allowance>,
            )*
        }

        impl Budgets {
            /// The variables of these settings.
            pub const VARIABLES: &[&str] = &[$($variable),*];

            /// What is said here, else what is said there.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($name: self.$name.or(other.$name)),* }
            }

            /// Only what the environment does not say: the keeper hears that by itself.
            #[must_use]
            pub fn unless_said(self) -> Self {
                Self { $($name: self.$name.filter(|_| std::env::var_os($variable).is_none())),* }
            }

            /// As words of the keeper's command line.
            pub fn words(&self) -> Vec<String> {
                let mut words = Vec::new();
                $(
                    if let Some(value) = self.$name {
                        words.push(format!("--{}={value}", $option));
                    }
                )*
                words
            }
        }
    };
}

budgets! {
    care "budgets_care" "budgets-care" "HYGIE_BUDGETS_CARE"
        "Most persons whose records a professional reads or searches in a day, or `off`"
    deposit "budgets_deposit" "budgets-deposit" "HYGIE_BUDGETS_DEPOSIT"
        "Most persons for whom a professional writes in a day, or `off`"
    software "budgets_software" "budgets-software" "HYGIE_BUDGETS_SOFTWARE"
        "Most persons whom a structure's software meets in a day, or `off`"
    app "budgets_app" "budgets-app" "HYGIE_BUDGETS_APP"
        "Most persons whom an app meets in a day, or `off`"
    import "budgets_import" "budgets-import" "HYGIE_BUDGETS_IMPORT"
        "Most persons for whom the operator imports in a day, or `off`"
    export "budgets_export" "budgets-export" "HYGIE_BUDGETS_EXPORT"
        "Most persons whose records the operator exports in a day, or `off`"
    crossing "budgets_crossing" "budgets-crossing" "HYGIE_BUDGETS_CROSSING"
        "Most persons whom the crossing reads in a day, or `off`"
    support "budgets_support" "budgets-support" "HYGIE_BUDGETS_SUPPORT"
        "Most callers whom an agent looks up in a day, or `off`"
    others "budgets_others" "budgets-others" "HYGIE_BUDGETS_OTHERS"
        "Most persons whom anybody else meets in a day, or `off`"
}
