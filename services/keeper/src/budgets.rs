//! How many persons somebody may meet in a day, in the words of the command line.

use clap::Args;
use hygie_keeper::{Allowance, Budgets};

/// One list of the numbers: name, option, variable, and what it says.
macro_rules! numbers {
    ($($name:ident $option:literal $variable:literal $help:literal)*) => {
        /// Distinct persons a day (UTC), for each actor and purpose; `off` is no limit. What is not said is the default.
        #[derive(Debug, Clone, Copy, Args)]
        pub struct Numbers {
            $(
                #[doc = $help]
                #[arg(long = $option, env = $variable, value_name = "N", default_value_t = Budgets::default().$name)]
                $name: Allowance,
            )*
        }

        impl Numbers {
            /// The budgets they make.
            pub fn settled(self) -> Budgets {
                Budgets { $($name: self.$name),* }
            }
        }
    };
}

numbers! {
    care "budgets-care" "HYGIE_BUDGETS_CARE"
        "Persons whose records a professional may read or search"
    deposit "budgets-deposit" "HYGIE_BUDGETS_DEPOSIT"
        "Persons for whom a professional may write"
    software "budgets-software" "HYGIE_BUDGETS_SOFTWARE"
        "Persons whom a structure's software may meet"
    app "budgets-app" "HYGIE_BUDGETS_APP"
        "Persons whom an app may meet, for all who use it"
    import "budgets-import" "HYGIE_BUDGETS_IMPORT"
        "Persons for whom the operator may import"
    export "budgets-export" "HYGIE_BUDGETS_EXPORT"
        "Persons whose records the operator may export"
    crossing "budgets-crossing" "HYGIE_BUDGETS_CROSSING"
        "Persons whom the crossing may read"
    support "budgets-support" "HYGIE_BUDGETS_SUPPORT"
        "Callers whom an agent may look up"
    others "budgets-others" "HYGIE_BUDGETS_OTHERS"
        "Persons whom anybody else may meet"
}
